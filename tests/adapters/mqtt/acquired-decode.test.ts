import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeAcquired } from '../../../adapters/mqtt/acquired-decode.ts';
import { acquiredMessages, acquiredTopic } from '../../../src/contract/acquire/acquired-message.ts';
import type { Acquired } from '../../../src/core/acquired.ts';
import { instant } from '../../../src/core/time.ts';

const NOW = instant(Date.UTC(2026, 6, 1));
const decoded = (payload: unknown, topic = acquiredTopic('pond', 'bus-1')) =>
  decodeAcquired({ topic, payload: Buffer.from(JSON.stringify(payload)), receivedAt: NOW });
const value = (over: Partial<Acquired>): Acquired => ({
  sensorCode: 'p1',
  observedAt: instant(NOW - 7_000),
  receivedAt: instant(NOW - 5_000),
  value: 12.5,
  quality: 'good',
  ...over,
});
const sent = (over: Partial<Acquired>) => decoded(acquiredMessages([value(over)])[0]);

it('A7 keeps the time of the device and that of the line, and stamps nothing anew', () => {
  expect(sent({})?.samples).toEqual([
    {
      siteId: 'pond',
      sensorCode: 'p1',
      observedAt: NOW - 7_000,
      acquiredAt: NOW - 5_000,
      receivedAt: NOW,
      value: 12.5,
    },
  ]);
});

it('what is no number is bad on its way, whatever it was called', () => {
  for (const odd of [null, NaN, Infinity])
    expect(sent({ value: odd })?.samples[0]).toMatchObject({
      value: null,
      doubt: { quality: 'bad', why: 'not-a-number' },
    });
  expect(sent({ quality: 'bad', why: 'sensor-fault' })?.samples[0]).toMatchObject({
    doubt: { quality: 'bad', why: 'sensor-fault' },
  });
  expect(sent({ quality: 'uncertain' })?.samples[0]).toMatchObject({
    doubt: { quality: 'uncertain', why: 'said-doubtful' },
  });
});

it('a value that cannot be read spoils no other, and is refused with its place', () => {
  const values = [{ sensor: 'a' }, acquiredMessages([value({})])[0]?.values?.[0], 7];
  const { samples, refusals } = decoded({ values }) ?? {};
  expect(samples).toHaveLength(1);
  expect(refusals).toMatchObject([
    {
      reason: 'value-missing',
      siteId: 'pond',
      sensorCodes: ['a'],
      detail: expect.stringContaining('$.values[0]') as string,
    },
  ]);
});

it('what a line says of itself comes beside the values', () => {
  const said = [{ device: null, state: 'faulty', fault: 'refused', detail: 'ECONNREFUSED', at: NOW }];
  expect(decoded({ said })?.lines).toEqual([{ siteId: 'pond', line: 'bus-1', ...said[0] }]);
});

it('other topics are not its business', () => {
  for (const topic of ['ponds/p/level', 'tailwatch/acquired/pond', 'tailwatch/acquired//x', 'tailwatch/acquired/a/b/c'])
    expect(decoded({}, topic)).toBeNull();
});

it('gives samples with finite numbers or refusals, whatever the bytes are', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 400 }),
        fc.json().map((text) => Buffer.from(text)),
      ),
      (payload) => {
        const { samples = [] } = decodeAcquired({ topic: acquiredTopic('a', 'b'), payload, receivedAt: NOW }) ?? {};
        for (const each of samples) expect(each.value === null || Number.isFinite(each.value)).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});
