import { LEVELS, WARNING_LEVELS, rank } from '../src/core/level.ts';
import type { Level, WarningLevel } from '../src/core/level.ts';
import type { Rule } from './rule.ts';

/**
 * What two numbers may differ by and still be the same measurement: 338.89 - 0.03 is not quite 338.86 to a
 * computer. Far below what any instrument resolves, far above the rounding of a few operations. In doubt
 * both comparisons take the graver side: the limit counts as reached, and as not yet left.
 */
const SLACK = 1e-9;
const slack = (limit: number): number => SLACK * Math.max(1, Math.abs(limit));

/** How far `value` is past `limit` on the bad side, in the sensor's unit; negative on the good side. The one place that knows a direction. */
const excess = (rule: Pick<Rule, 'worse'>, limit: number, value: number): number =>
  rule.worse === 'rising' ? value - limit : limit - value;

/** What says how far a value may go, also as a site writes it. */
interface Limited extends Pick<Rule, 'worse'> {
  readonly limits: Readonly<Partial<Record<WarningLevel, number | undefined>>>;
}

/** Whether the value is at or past the level's limit; never for a level without a limit. */
export function reaches(rule: Limited, level: WarningLevel, value: number): boolean {
  const limit = rule.limits[level];
  return limit !== undefined && excess(rule, limit, value) >= -slack(limit);
}

/**
 * Whether the value is more than the deadband back past the level's limit, so that the level may be left.
 * A level that an edit of the rule took the limit from is not held by anything: always true.
 */
export function isBack(rule: Rule, level: WarningLevel, value: number): boolean {
  const limit = rule.limits[level];
  return limit === undefined || -excess(rule, limit, value) > rule.deadband + slack(limit);
}

/** The levels graver than `level` that have a limit, mild to grave. */
export const levelsAbove = (rule: Rule, level: Level): WarningLevel[] =>
  WARNING_LEVELS.slice(rank(level)).filter((graver) => rule.limits[graver] !== undefined);

/** Where a single step down from `level` leads: the next milder level that has a limit, or `normal`. */
export const levelBelow = (rule: Rule, level: WarningLevel): Level =>
  LEVELS.slice(0, rank(level)).findLast((milder) => milder === 'normal' || rule.limits[milder] !== undefined) ??
  'normal';

/** The limit a step down from `level` names: its own, or after an edit took it away the nearest graver, else the nearest milder one. */
export function limitLeft(rule: Rule, level: WarningLevel): number {
  const nearest = [...WARNING_LEVELS.slice(rank(level) - 1), ...WARNING_LEVELS.slice(0, rank(level) - 1).reverse()];
  for (const candidate of nearest) {
    const limit = rule.limits[candidate];
    if (limit !== undefined) return limit;
  }
  throw new TypeError(`rule ${rule.target} has no limit at all`);
}
