import { expect, test } from 'vitest';
import { InputRecall } from '../../ingest/input-recall.ts';
import type { Derivation } from '../../ingest/derivation.ts';
import type { InputReading } from '../../ingest/input-view.ts';
import type { Reading } from '../../src/core/reading.ts';
import { HOUR, MINUTE, instant } from '../../src/core/time.ts';

const [PRIMARY, NEAREST, STRANGER] = [1, 2, 3];
const derivation: Derivation = {
  sensor: { id: 9 } as Derivation['sensor'],
  primaryId: PRIMARY,
  inputs: [{ role: 'air', sensorId: NEAREST, pairing: { kind: 'nearest', intervalMs: MINUTE, maxAgeMs: 30 * MINUTE } }],
  windowMs: HOUR,
  calibrations: [],
};
const at = (minutes: number) => instant(minutes * MINUTE);
const read = (minutes: number, value = minutes): InputReading => ({
  at: at(minutes),
  receivedAt: at(minutes),
  value,
  doubtful: false,
  maintenance: false,
  outOfRange: false,
  believed: true,
});
const stored = (minutes: number, sensorId = PRIMARY, more: Partial<Reading> = {}): Reading => ({
  sensorId,
  observedAt: at(minutes),
  receivedAt: at(minutes),
  version: 0,
  value: minutes,
  quality: 'good',
  flags: [],
  ...more,
});
const held = (recall: InputRecall, sensorId = PRIMARY, from = 0, to = 10_000): (number | null)[] =>
  (recall.within([{ sensorId, from: at(from), to: at(to) }]).get(sensorId) ?? []).map(({ value }) => value);

test('what was read and what was stored since are one stretch, in order, each instant once', () => {
  const recall = new InputRecall([derivation]);
  recall.keep(new Map([[PRIMARY, [read(10), read(20), read(30)]]]));
  recall.add([stored(40), stored(35), stored(40)]);
  expect(held(recall)).toEqual([10, 20, 30, 35, 40]);
  expect(held(recall, PRIMARY, 20, 35)).toEqual([20, 30, 35]);
  recall.keep(new Map([[PRIMARY, [read(20), read(30), read(35), read(40, 41)]]]));
  expect(held(recall)).toEqual([10, 20, 30, 35, 41]);
});

test('a narrow look at an input takes nothing from what is held of it', () => {
  const recall = new InputRecall([derivation]);
  recall.keep(new Map([[PRIMARY, [read(10), read(20), read(30)]]]));
  recall.keep(new Map([[PRIMARY, [read(30)]]]));
  recall.keep(new Map([[PRIMARY, [read(10), read(30)]]]));
  recall.keep(new Map([[PRIMARY, []]]));
  expect(held(recall)).toEqual([10, 20, 30]);
});

test('only inputs are held, a second value for an instant is none, and each reaches as far back as it may be asked for', () => {
  const recall = new InputRecall([derivation]);
  recall.add([stored(1, STRANGER), stored(2, PRIMARY), stored(2, PRIMARY, { value: 99, flags: ['conflict'] })]);
  expect([held(recall, STRANGER), held(recall)]).toEqual([[], [2]]);
  recall.keep(new Map([[NEAREST, [read(0), read(70), read(100)]]]));
  recall.keep(new Map([[PRIMARY, [read(30), read(70), read(100)]]]));
  expect([held(recall, NEAREST), held(recall)]).toEqual([
    [70, 100],
    [70, 100],
  ]);
});

test('however much comes, what is held is bounded and the newest stays', () => {
  const recall = new InputRecall([derivation]);
  for (let i = 0; i < 50; i += 1) recall.add(Array.from({ length: 1_000 }, (_, k) => stored((i * 1_000 + k) / 10_000)));
  const all = held(recall);
  expect(all.length).toBeLessThanOrEqual(20_000);
  expect(all.length).toBeGreaterThanOrEqual(10_000);
  expect(all.at(-1)).toBe(4.9999);
});

test('a copy goes on from what is held and changes nothing of it', () => {
  const recall = new InputRecall([derivation]);
  recall.add([stored(1)]);
  const copy = new InputRecall([derivation], recall);
  copy.add([stored(2)]);
  recall.add([stored(3)]);
  expect([held(recall), held(copy)]).toEqual([
    [1, 3],
    [1, 2],
  ]);
});
