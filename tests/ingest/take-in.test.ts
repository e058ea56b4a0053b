import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inJudgingOrder, keyText, keysToLookUp, takeIn } from '../../ingest/take-in.ts';
import type { Known } from '../../ingest/take-in.ts';
import type { Sample } from '../../src/core/sample.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import { NOON, memory, sample } from './sample-of.ts';

const known = (samples: readonly Sample[], over: Parameters<typeof memory>[0] = {}): Known[] => {
  const own = memory(over);
  return samples.map((each) => ({ sample: each, memory: own }));
};
const at = (minute: number) => instant(NOON + minute * MINUTE);
const stored = (minute: number, ...values: number[]) =>
  [keyText({ sensorId: 7, observedAt: at(minute) }), values] as const;
const values = (readings: readonly { value: number | null }[]) => readings.map(({ value }) => value);

it('asks the database nothing about samples that are each newer than all before', () => {
  expect(keysToLookUp(known([sample(-3), sample(-2)], { newestStoredAt: at(-4) }))).toEqual([]);
});

it('asks about those that may be stored, in the database or earlier in the batch', () => {
  const keys = keysToLookUp(known([sample(-3), sample(-3), sample(-2), sample(-9)], { newestStoredAt: at(-5) }));
  expect(keys).toEqual([
    { sensorId: 7, observedAt: at(-3) },
    { sensorId: 7, observedAt: at(-9) },
  ]);
});

it('drops what is stored with the same value', () => {
  const taken = takeIn(known([sample(-3, 1), sample(-2, 2)]), new Map([stored(-3, 1)]));
  expect(values(taken.readings)).toEqual([2]);
});

it('keeps another value for the same instant as a conflict, judged after all others, once', () => {
  const batch = known([sample(-3, 1), sample(-3, 9), sample(-3, 9), sample(-2, 2)]);
  const taken = takeIn(batch, new Map());
  expect(values(taken.readings)).toEqual([1, 2]);
  expect(values(taken.conflicts)).toEqual([9]);
  expect(taken.admitted.map(({ reading, judgedAt }) => [reading.value, judgedAt])).toEqual([
    [1, at(-3)],
    [2, at(-2)],
    [9, NOON],
  ]);
  expect(takeIn(batch, new Map([stored(-3, 1, 9), stored(-2, 2)])).admitted).toEqual([]);
});

it('remembers how far the sensor has come', () => {
  const taken = takeIn(known([sample(-2), sample(60)]), null);
  expect(taken.marks.get(7)).toEqual({ newestStoredAt: at(60), judgedUpTo: at(-2), past: null });
});

it('R23 puts a batch in order of measurement, so that none of it is late', () => {
  const batch = inJudgingOrder(known([sample(-1, 333), sample(-3, 331), sample(-2, 332)]));
  const { admitted } = takeIn(batch, null);
  expect(admitted.map(({ reading }) => [reading.value, reading.flags])).toEqual([
    [331, []],
    [332, []],
    [333, []],
  ]);
});

it('judges true times as if those that cannot be believed, and conflicts, were not there; and each of these once', () => {
  const oddity = fc.constantFrom('clock ahead', 'before installation', 'conflict');
  const trace = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.option(oddity)), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(trace, (steps) => {
      let memoryNow = memory();
      let minute = -1_000;
      const stored = new Map<string, (number | null)[]>();
      const judged: { at: number; own: boolean }[] = [];
      const expected: number[] = [];
      for (const [i, [gap, odd]] of steps.entries()) {
        const given =
          odd === 'clock ahead'
            ? sample(600 + i, i)
            : odd === 'conflict'
              ? sample(minute, 1_000 + i)
              : sample((minute += gap), i);
        const isOld = odd === 'before installation';
        const each = isOld ? sample(0, i, { observedAt: instant(i) }) : given;
        const key = keyText({ sensorId: 7, observedAt: each.observedAt });
        const isFirst = !stored.has(key);
        const taken = takeIn([{ sample: each, memory: memoryNow }], stored);
        stored.set(key, [...(stored.get(key) ?? []), each.value]);
        memoryNow = { ...memoryNow, ...taken.marks.get(7) };
        for (const { judgedAt, onArrival } of taken.admitted) {
          if (judgedAt !== null) judged.push({ at: judgedAt, own: !onArrival });
        }
        if (isFirst && !isOld && odd !== 'clock ahead') expected.push(each.observedAt);
      }
      expect(judged.filter(({ own }) => own).map(({ at }) => at)).toEqual(expected);
      expect(judged).toHaveLength(steps.length);
    }),
  );
});

it('leaves a batch alone that is in order', () => {
  const batch = known([sample(-3), sample(-3), sample(-1)]);
  expect(inJudgingOrder(batch)).toBe(batch);
});

it('R2 judges the same in one batch and one by one, also when all of it comes twice', () => {
  const trace = fc.uniqueArray(fc.integer({ min: -500, max: 0 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(trace, fc.array(fc.nat(39), { maxLength: 20 }), (minutes, repeated) => {
      const inOrder = minutes.toSorted((a, b) => a - b).map((minute) => sample(minute, minute));
      const again = repeated.map((i) => inOrder[i % inOrder.length]).filter((each) => each !== undefined);
      const burst = inJudgingOrder(known([...inOrder, ...again]));
      const taken = takeIn(burst, keysToLookUp(burst).length === 0 ? null : new Map());
      expect(taken.admitted.map(({ judgedAt }) => judgedAt)).toEqual(inOrder.map(({ observedAt }) => observedAt));
      expect(taken.conflicts).toEqual([]);
    }),
  );
});
