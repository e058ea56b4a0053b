import { expect, it } from 'vitest';
import { replayLate } from '../../rules/late-replay.ts';
import type { Rule } from '../../rules/rule.ts';
import { MINUTE, instant } from '../../src/core/time.ts';

const RULE: Rule = {
  target: 'pond/high',
  siteId: 'pond',
  sensorId: 1,
  worse: 'rising',
  limits: { blue: 1, red: 3 },
  deadband: 0.5,
  onDelayMs: 0,
  offDelayMs: 0,
  intervalMs: MINUTE,
  configVersion: 1,
  guarded: true,
};
const at = (...values: readonly (number | readonly [value: number, doubtful: true])[]) =>
  values.map((one, i) => {
    const [value, doubtful] = typeof one === 'number' ? ([one, false] as const) : one;
    return { at: instant(i * MINUTE), value, doubtful };
  });

it('what has fallen since is over; what is only back within the deadband stands', () => {
  expect(replayLate(RULE, at(0, 3, 0, 0))).toEqual({ reached: 'red', stands: 'normal' });
  expect(replayLate(RULE, at(0, 3, 2.8))).toEqual({ reached: 'red', stands: 'red' });
});

it('E27 no reading after it, or a doubtful one, does not say that it is over', () => {
  expect(replayLate(RULE, at(0, 3)).stands).toBe('red');
  expect(replayLate(RULE, at(0, 3, [0, true])).stands).toBe('red');
});

it('R10 falling is the same the other way round', () => {
  const beach: Rule = { ...RULE, worse: 'falling', limits: { blue: 5, red: 3 } };
  expect(replayLate(beach, at(9, 3, 3.4)).stands).toBe('red');
  expect(replayLate(beach, at(9, 3, 9, 9))).toEqual({ reached: 'red', stands: 'normal' });
});

it('red on the word of one doubtful reading is not reached, nor what an on-delay did not let through', () => {
  expect(replayLate(RULE, at(0, [4, true])).reached).toBe('normal');
  expect(replayLate({ ...RULE, onDelayMs: 5 * MINUTE }, at(0, 3, 0, 0)).reached).toBe('normal');
});
