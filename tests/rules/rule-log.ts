import { initialRuleState, step } from '../../rules/engine.ts';
import type { RuleState } from '../../rules/engine.ts';
import type { JudgedReading } from '../../rules/judged-reading.ts';
import type { Rule } from '../../rules/rule.ts';
import type { LevelChange } from '../../src/core/level-change.ts';
import { MINUTE } from '../../src/core/time.ts';

/** The pond of the stories: reports every 5 minutes. */
export const POND: Rule = {
  target: 'pond/level',
  siteId: 'pond',
  sensorId: 7,
  worse: 'rising',
  limits: { blue: 338.7, yellow: 338.8, orange: 338.86, red: 338.89 },
  deadband: 0.02,
  onDelayMs: 0,
  offDelayMs: 0,
  intervalMs: 5 * MINUTE,
  configVersion: 1,
  guarded: true,
};

/** The same rule upside down: falling is worse, as for a dry beach or a freeboard. */
export const mirroredRule = (rule: Rule): Rule => ({
  ...rule,
  worse: rule.worse === 'rising' ? 'falling' : 'rising',
  limits: Object.fromEntries(Object.entries(rule.limits).map(([level, limit]) => [level, -limit])),
});

export const mirroredReading = <R extends { readonly value: number }>(reading: R): R => ({
  ...reading,
  value: -reading.value,
});

/** What the engine says to some readings, one after another. */
export function judge(
  rule: Rule,
  readings: readonly JudgedReading[],
  from: RuleState = initialRuleState,
): { readonly log: readonly LevelChange[]; readonly state: RuleState } {
  const log: LevelChange[] = [];
  let state = from;
  for (const reading of readings) {
    const { next, change } = step(rule, state, reading);
    state = next;
    if (change) log.push(change);
  }
  return { log, state };
}
