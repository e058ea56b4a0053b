import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../adapters/mqtt/decode.ts';
import { topicMap } from '../../../adapters/mqtt/topic-map.ts';
import type { SiteMapping } from '../../../adapters/mqtt/topic-map.ts';
import type { WrittenTime } from '../../../src/contract/mqtt-config.ts';
import { PAYLOAD_BYTES_MAX } from '../../../src/core/sample.ts';
import { instant } from '../../../src/core/time.ts';

const mapping = {
  siteId: 'north',
  topic: 'ponds/north/{sensor}/data',
  value: 'data.level',
  observedAt: 'time',
  time: 'iso',
} satisfies SiteMapping;
const receivedAt = instant(Date.UTC(2026, 6, 1, 8));
const bytes = (payload: unknown): Uint8Array =>
  payload instanceof Uint8Array
    ? payload
    : new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload));

function decoded(
  payload: unknown,
  { time = 'iso', topic = 'ponds/north/level-1/data' }: { time?: WrittenTime; topic?: string } = {},
) {
  return decode(topicMap([{ ...mapping, time }]), { topic, payload: bytes(payload), receivedAt });
}
const good = { data: { level: 338.21 }, time: '2026-07-01T07:59:58Z' };

it('makes a sample of what the mapping points at', () => {
  expect(decoded(good)).toEqual({
    samples: [
      {
        siteId: 'north',
        sensorCode: 'level-1',
        observedAt: Date.UTC(2026, 6, 1, 7, 59, 58),
        receivedAt,
        value: 338.21,
      },
    ],
    refusals: [],
  });
});

it('keeps what it refuses with the reason, the topic and the bytes', () => {
  const payload = bytes('{"data":');
  expect(decoded(payload).refusals).toEqual([
    {
      reason: 'payload-not-json',
      detail: 'not JSON in UTF-8',
      receivedAt,
      siteId: 'north',
      sensorCodes: ['level-1'],
      topic: 'ponds/north/level-1/data',
      payload,
    },
  ]);
});

describe('R15 what is no number never becomes one', () => {
  it.each([
    ['null', { ...good, data: { level: null } }, 'value-null', '$.data.level is null'],
    ['a text that looks like a number', { ...good, data: { level: '338.2' } }, 'value-not-a-number', 'a string'],
    ['an empty text', { ...good, data: { level: '' } }, 'value-not-a-number', 'a string'],
    ['true', { ...good, data: { level: true } }, 'value-not-a-number', 'a boolean'],
    ['an array of one number', { ...good, data: { level: [1] } }, 'value-not-a-number', 'an array'],
    [
      'a number too large to be one',
      '{"data":{"level":1e999},"time":"2026-07-01T07:59:58Z"}',
      'value-not-a-number',
      'a number',
    ],
    ['NaN, which is not JSON', '{"data":{"level":NaN},"time":"2026-07-01T07:59:58Z"}', 'payload-not-json', 'not JSON'],
    ['nothing', { ...good, data: {} }, 'value-missing', '$.data.level is missing'],
    ['nothing on the way to it', { ...good, data: null }, 'value-missing', '$.data.level is missing'],
    ['what every object inherits', { time: good.time, data: 5 }, 'value-missing', '$.data.level is missing'],
    ['a whole payload of null', 'null', 'value-missing', '$.data.level is missing'],
    ['an empty payload', '', 'payload-not-json', 'empty'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'payload-not-json', 'not JSON in UTF-8'],
  ])('%s', (_name, payload, reason, detail) => {
    const { samples, refusals } = decoded(payload);
    expect(samples).toEqual([]);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({ reason, detail: expect.stringContaining(detail) as string });
  });
});

describe('times', () => {
  it.each([
    ['iso', '2026-07-01T15:59:58+08:00', Date.UTC(2026, 6, 1, 7, 59, 58)],
    ['iso', '2026-07-01T15:59:58.250+0800', Date.UTC(2026, 6, 1, 7, 59, 58, 250)],
    ['iso', '2026-07-01T04:29-03:30', Date.UTC(2026, 6, 1, 7, 59)],
    ['iso', '2026-07-01T07:59:58.123456789Z', Date.UTC(2026, 6, 1, 7, 59, 58, 123)],
    ['iso', '2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['epoch-ms', 1_782_892_798_000, 1_782_892_798_000],
    ['epoch-s', 1_782_892_798.25, 1_782_892_798_250],
    ['epoch-s', 0, 0],
  ] as const)('%s %s is read', (time, written, at) => {
    expect(decoded({ ...good, time: written }, { time }).samples[0]?.observedAt).toBe(at);
  });

  it.each([
    ['iso', '2026-07-01T07:59:58', 'a time without a zone'],
    ['iso', '2026-02-30T00:00:00Z', 'a day that is not in the calendar'],
    ['iso', '2026-07-01T24:00:00Z', 'an hour that is not on the clock'],
    ['iso', '2026-07-01', 'a day alone'],
    ['iso', 'yesterday', 'words'],
    ['iso', 1_782_892_798_000, 'a number where ISO is configured'],
    ['iso', '1969-12-31T23:59:59Z', 'a time before 1970'],
    ['epoch-ms', '1782892798000', 'a text where a number is configured'],
    ['epoch-s', 1_782_892_798_000, 'milliseconds where seconds are configured'],
    ['epoch-ms', -1, 'a negative time'],
    ['epoch-ms', [1], 'an array'],
  ] as const)('%s: %s is refused: %s', (time, written, _why) => {
    expect(decoded({ ...good, time: written }, { time }).refusals[0]).toMatchObject({
      reason: 'time-unreadable',
      detail: expect.stringContaining('$.time') as string,
    });
  });

  it.each([[undefined], [null]])('%s is missing', (written) => {
    expect(decoded({ ...good, time: written }).refusals[0]?.reason).toBe('time-missing');
  });
});

it('refuses a topic of nobody, without a site', () => {
  expect(decoded(good, { topic: 'elsewhere/1' }).refusals[0]).toMatchObject({ reason: 'topic-unknown', siteId: null });
});

it('does not read a payload that is too large, and keeps the beginning of it', () => {
  const [refusal] = decoded(new Uint8Array(PAYLOAD_BYTES_MAX + 1)).refusals;
  expect(refusal?.reason).toBe('payload-too-large');
  expect(refusal?.payload).toHaveLength(PAYLOAD_BYTES_MAX);
});

const told = ({ samples, refusals }: ReturnType<typeof decode>) => ({
  samples: samples.map(({ sensorCode, observedAt, value }) => [sensorCode, observedAt, value]),
  refusals: refusals.map(({ reason, detail, sensorCodes }) => [reason, detail, sensorCodes]),
});

describe('records of several sensors', () => {
  const topic = 'loggers/l-1/up';
  const records = topicMap([
    { siteId: 'north', topic: 'loggers/{device}/up', values: 'd.v', observedAt: 't', time: 'epoch-ms' },
  ]);
  const read = (payload: unknown) => told(decode(records, { topic, payload: bytes(payload), receivedAt }));

  it.each<[string, unknown, ReturnType<typeof told>]>([
    [
      'each value is a sample of its own, of one time',
      { t: 1000, d: { v: { 'p-1': 1, 'p-2': -2.5 } } },
      {
        samples: [
          ['p-1', 1000, 1],
          ['p-2', 1000, -2.5],
        ],
        refusals: [],
      },
    ],
    [
      'R15 a bad value is refused under its code, and spoils no other',
      { t: 1000, d: { v: { 'p-1': null, 'p-2': 2, 'p-3': '3', 'p-4': null } } },
      {
        samples: [['p-2', 1000, 2]],
        refusals: [
          ['value-null', '$.d.v.p-1 is null; $.d.v.p-4 is null', ['p-1', 'p-4']],
          ['value-not-a-number', '$.d.v.p-3 is a string, not a number', ['p-3']],
        ],
      },
    ],
    [
      'without its time nothing of it can be taken',
      { d: { v: { 'p-1': 1, 'p-2': 2 } } },
      { samples: [], refusals: [['time-missing', '$.t is missing', ['p-1', 'p-2']]] },
    ],
    ['no values', { t: 1 }, { samples: [], refusals: [['value-missing', '$.d.v is missing', []]] }],
    ['empty values', { t: 1, d: { v: {} } }, { samples: [], refusals: [['value-missing', '$.d.v is empty', []]] }],
    [
      'a number where the values should be',
      { t: 1, d: { v: 5 } },
      { samples: [], refusals: [['value-missing', '$.d.v is a number, not numbers under their codes', []]] },
    ],
    [
      'a list of records',
      [
        { t: 1, d: { v: { 'p-1': 1 } } },
        { t: 2, d: { v: { 'p-1': 2, 'p-2': null } } },
        { t: 'x', d: { v: { 'p-1': 3 } } },
        null,
      ],
      {
        samples: [
          ['p-1', 1, 1],
          ['p-1', 2, 2],
        ],
        refusals: [
          ['value-null', '$[1].d.v.p-2 is null', ['p-2']],
          ['time-unreadable', '$[2].t is no time from 1970 to 9999 as epoch milliseconds', ['p-1']],
          ['value-missing', '$[3].d.v is missing', []],
        ],
      },
    ],
  ])('%s', (_name, payload, expected) => {
    expect(read(payload)).toEqual(expected);
  });

  it('names a few of very many bad values, and counts the rest', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`p${String(i)}`, null]));
    const [refusal] = decode(records, { topic, payload: bytes({ t: 1, d: { v: many } }), receivedAt }).refusals;
    expect(refusal?.detail).toMatch(/^\$\.d\.v\.p0 is null; .*; and 92 more$/);
    expect(refusal?.sensorCodes).toHaveLength(100);
  });
});

describe('lists', () => {
  it('are so many messages', () => {
    const other = { data: { level: 338.3 }, time: '2026-07-01T07:59:59Z' };
    expect(told(decoded([good, { ...other, data: {} }, other]))).toEqual({
      samples: [
        ['level-1', Date.UTC(2026, 6, 1, 7, 59, 58), 338.21],
        ['level-1', Date.UTC(2026, 6, 1, 7, 59, 59), 338.3],
      ],
      refusals: [['value-missing', '$[1].data.level is missing', ['level-1']]],
    });
  });

  it('are refused when they are empty: nothing is acknowledged without a trace', () => {
    expect(told(decoded([]))).toEqual({
      samples: [],
      refusals: [['value-missing', '$ is an empty array', ['level-1']]],
    });
  });
});

it('answers any bytes with a sample or a refusal, and a sample is finite', () => {
  const level = fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.double())));
  const time = fc.oneof(fc.jsonValue(), fc.date().map(String));
  const one = fc.record({ data: fc.record({ level }), time });
  const payload = fc.oneof(
    fc.uint8Array(),
    fc.json().map(bytes),
    one.map(bytes),
    fc.array(one, { maxLength: 3 }).map(bytes),
  );
  const { siteId, value, observedAt } = mapping;
  fc.assert(
    fc.property(payload, fc.constantFrom('iso', 'epoch-ms', 'epoch-s'), fc.boolean(), (any, form, isRecord) => {
      const layout = isRecord
        ? { siteId, observedAt, topic: 'a', values: value }
        : { siteId, observedAt, topic: '{sensor}', value };
      const map = topicMap([{ ...layout, time: form }]);
      const { samples, refusals } = decode(map, { topic: 'a', payload: any, receivedAt });
      expect(samples.length + refusals.length).toBeGreaterThan(0);
      expect(new Set(refusals.map(({ reason }) => reason)).size).toBe(refusals.length);
      for (const sample of samples) {
        expect(Number.isFinite(sample.value)).toBe(true);
        expect(Number.isInteger(sample.observedAt)).toBe(true);
      }
    }),
  );
});
