import fc from 'fast-check';
import { decodePayload, encodePayload } from 'sparkplug-payload/lib/sparkplugbpayload.js';
import type { UMetric, UPayload } from 'sparkplug-payload/lib/sparkplugbpayload.js';
import { describe, expect, it } from 'vitest';
import { assign, assignments } from '../../../adapters/dialects/assign.ts';
import { metricValue, rebirthPayload, sparkplugPayload } from '../../../adapters/dialects/sparkplug-payload.ts';
import { noNodes, readSparkplug } from '../../../adapters/dialects/sparkplug.ts';
import { instant } from '../../../src/core/time.ts';

const T0 = Date.UTC(2026, 2, 14, 6);
const metric = (type: UMetric['type'], value: UMetric['value'], more: Partial<UMetric> = {}): UMetric => ({
  type,
  value,
  ...more,
});
const bdSeq = (value: number): UMetric => metric('UInt64', value, { name: 'bdSeq' });

/** A node of the group, as its messages follow each other. */
function listener() {
  const nodes = noNodes();
  return (topic: string, payload: UPayload, afterMs = 0) => {
    const receivedAt = instant(T0 + afterMs);
    const message = readSparkplug(nodes, {
      topic: `spBv1.0/mine/${topic}`,
      payload: encodePayload(payload),
      receivedAt,
    });
    return {
      told: message.told.map(({ device, field, value }) => `${device} ${field} ${String(value)}`),
      wrong: message.wrong.map(({ detail }) => detail),
      gone: message.gone ?? [],
      asks: (message.asks ?? []).map((ask) => ask.topic),
    };
  };
}
const REBIRTH = ['spBv1.0/mine/NCMD/node-1'];
const birth = (session: number): UPayload => ({
  timestamp: T0,
  seq: 0,
  metrics: [
    bdSeq(session),
    metric('Float', 12.5, { name: 'Battery', alias: 1 }),
    metric('Boolean', false, { name: 'Node Control/Rebirth' }),
  ],
});
const deviceBirth: UPayload = {
  timestamp: T0,
  seq: 1,
  metrics: [
    metric('Int16', -5, { name: 'Level/Raw', alias: 7 }),
    metric('Double', 338.21, { name: 'Level', alias: 8 }),
  ],
};
const dataOf = (seq: number, metrics: UMetric[]): UPayload => ({ timestamp: T0, seq, metrics });
const death = (session: number): UPayload => ({ metrics: [bdSeq(session)] });

describe('a node of Sparkplug B', () => {
  it('is born, and from then on an alias is a name, for the node as for its device', () => {
    const hear = listener();
    expect(hear('NBIRTH/node-1', birth(3))).toEqual({ told: ['node-1 Battery 12.5'], wrong: [], gone: [], asks: [] });
    expect(hear('DBIRTH/node-1/gauge', deviceBirth).told).toEqual([
      'node-1/gauge Level/Raw -5',
      'node-1/gauge Level 338.21',
    ]);
    expect(hear('NDATA/node-1', dataOf(2, [metric('Float', 12.25, { alias: 1 })])).told).toEqual([
      'node-1 Battery 12.25',
    ]);
    expect(hear('DDATA/node-1/gauge', dataOf(3, [metric('Int16', -6, { alias: 7 })]))).toMatchObject({
      told: ['node-1/gauge Level/Raw -6'],
      asks: [],
    });
  });

  it('is asked for its birth after a gap in its sequence, once in half a minute; what came is read all the same', () => {
    const hear = listener();
    hear('NBIRTH/node-1', birth(3));
    const battery = (seq: number, afterMs: number) =>
      hear('NDATA/node-1', dataOf(seq, [metric('Float', 12, { alias: 1 })]), afterMs);
    expect(battery(2, 0)).toMatchObject({ told: ['node-1 Battery 12'], asks: REBIRTH });
    expect(battery(5, 29_999).asks).toEqual([]);
    expect(battery(6, 30_001).asks).toEqual([]);
    expect(battery(8, 30_002).asks).toEqual(REBIRTH);
  });

  it('goes from 255 to 0 without a gap, and the same message again is none', () => {
    const hear = listener();
    hear('NBIRTH/node-1', birth(3));
    for (let seq = 1; seq <= 600; seq += 1) {
      const payload = dataOf(seq % 256, [metric('Float', 12, { alias: 1 })]);
      expect(hear('NDATA/node-1', payload).asks).toEqual([]);
      expect(hear('NDATA/node-1', payload).asks).toEqual([]);
    }
  });

  it('whose birth was not heard is asked for it; a name is read, an alias refused', () => {
    const hear = listener();
    const payload = dataOf(9, [metric('Float', 12, { alias: 1 }), metric('Float', 13, { name: 'Solar' })]);
    expect(hear('NDATA/node-1', payload)).toEqual({
      told: ['node-1 Solar 13'],
      wrong: ['alias 1 of node-1 is not known: its birth was not heard'],
      gone: [],
      asks: REBIRTH,
    });
    expect(hear('DDATA/node-1/gauge', dataOf(10, [metric('Float', 1, { alias: 7 })])).wrong).toHaveLength(1);
  });

  it('that dies takes all its devices with it; a device that dies takes itself', () => {
    const hear = listener();
    hear('NBIRTH/node-1', birth(3));
    hear('DBIRTH/node-1/gauge', deviceBirth);
    expect(hear('DDEATH/node-1/gauge', { timestamp: T0, seq: 2, metrics: [] })).toMatchObject({
      gone: ['node-1/gauge'],
      asks: [],
    });
    expect(hear('NDEATH/node-1', death(3))).toMatchObject({ gone: ['node-1'], asks: [] });
    expect(hear('NDATA/node-1', dataOf(3, [metric('Float', 12, { alias: 1 })]))).toMatchObject({
      told: [],
      asks: REBIRTH,
    });
  });

  it('the will of an earlier session, delivered after the new birth, kills nobody', () => {
    const hear = listener();
    hear('NBIRTH/node-1', birth(4));
    expect(hear('NDEATH/node-1', death(3)).gone).toEqual([]);
    expect(hear('NDATA/node-1', dataOf(1, [metric('Float', 12, { alias: 1 })])).told).toHaveLength(1);
  });

  it('commands, ours among them, tell nothing and are not refused', () => {
    expect(listener()('NCMD/node-1', dataOf(0, []))).toEqual({ told: [], wrong: [], gone: [], asks: [] });
  });

  it('a metric without value, of bad or of stale quality, is bad or uncertain', () => {
    const quality = (value: number) => ({ properties: { Quality: { type: 'Int32', value } } }) as Partial<UMetric>;
    const payload: UPayload = {
      timestamp: T0,
      seq: 0,
      metrics: [
        bdSeq(1),
        metric('Float', null, { name: 'a' }),
        metric('Float', 1, { name: 'b', ...quality(0) }),
        metric('Float', 2, { name: 'c', ...quality(500) }),
        metric('Float', 3, { name: 'd', ...quality(192) }),
      ],
    };
    const sensors = ['a', 'b', 'c', 'd'].map((code) => ({ device: 'node-1', field: code, code, scale: 1, offset: 0 }));
    const receivedAt = instant(T0);
    const arrival = { topic: 'spBv1.0/mine/NBIRTH/node-1', payload: encodePayload(payload), receivedAt };
    const { acquired } = assign(
      assignments({ sensors, untimed: 'refuse' }),
      readSparkplug(noNodes(), arrival),
      receivedAt,
    );
    expect(acquired.map(({ value, quality: is, why }) => [value, is, why])).toEqual([
      [null, 'bad', 'not-a-number'],
      [null, 'bad', 'said-bad'],
      [2, 'uncertain', 'last-known'],
      [3, 'good', undefined],
    ]);
  });
});

it('a node that is gone has a bad value without number for each sensor behind it, and for no other', () => {
  const sensors = ['node-1', 'node-1/gauge', 'node-10'].map((device, i) => ({
    device,
    field: 'x',
    code: `s-${String(i)}`,
    scale: 1,
    offset: 0,
  }));
  const { acquired } = assign(
    assignments({ sensors, untimed: 'refuse' }),
    { told: [], wrong: [], gone: ['node-1'] },
    instant(T0),
  );
  expect(acquired).toEqual(
    ['s-0', 's-1'].map((sensorCode) => ({
      sensorCode,
      observedAt: T0,
      receivedAt: T0,
      value: null,
      quality: 'bad',
      why: 'not-connected',
    })),
  );
});

describe('the same as the reference implementation', () => {
  const int = (type: UMetric['type'], min: number, max: number) =>
    fc.tuple(fc.constant(type), fc.integer({ min, max }));
  const long = (type: 'Int64' | 'UInt64') =>
    fc.tuple(
      fc.constant(type),
      fc.maxSafeInteger().map((value) => (type === 'UInt64' ? Math.abs(value) : value)),
    );
  const scalar = fc.oneof(
    int('Int8', -128, 127),
    int('Int16', -32_768, 32_767),
    int('Int32', -(2 ** 31), 2 ** 31 - 1),
    int('UInt8', 0, 255),
    int('UInt16', 0, 65_535),
    int('UInt32', 0, 2 ** 32 - 1),
    long('Int64'),
    long('UInt64'),
    fc.tuple(fc.constant('Float' as const), fc.float({ noNaN: true })),
    fc.tuple(fc.constant('Double' as const), fc.double({ noNaN: true })),
    fc.tuple(fc.constant('Boolean' as const), fc.boolean()),
    fc.tuple(fc.constant('String' as const), fc.string({ unit: 'grapheme' })),
  );

  it('any metric that it writes is read as what was written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.nat(), scalar), { maxLength: 20 }),
        fc.nat({ max: 255 }),
        (metrics, seq) => {
          const written = metrics.map(([name, alias, [type, value]]) =>
            metric(type, value, { name, alias, timestamp: T0 }),
          );
          const read = sparkplugPayload(encodePayload({ timestamp: T0, seq, metrics: written }));
          if (typeof read === 'string') throw new Error(read);
          expect(read).toMatchObject({ timestamp: T0, seq });
          expect(
            read.metrics.map((each) => [
              each.name,
              Number(each.alias),
              each.timestamp,
              metricValue(each, each.datatype),
            ]),
          ).toEqual(metrics.map(([name, alias, [, value]]) => [name, alias, T0, value]));
        },
      ),
    );
  });

  it('our question for a birth is one to it', () => {
    const { metrics } = decodePayload(rebirthPayload(T0));
    expect(metrics).toMatchObject([{ name: 'Node Control/Rebirth', type: 'Boolean', value: true }]);
  });
});
