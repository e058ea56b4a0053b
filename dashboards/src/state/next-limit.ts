import type { RuleView } from '../../../src/contract/http.ts';
import { WARNING_LEVELS, gravest, isGraver } from '../../../src/core/level.ts';
import type { WarningLevel } from '../../../src/core/level.ts';

/** Where a value stands towards the limit that matters next to an operator. */
export interface NextLimit {
  /**
   * `held`: back past the limit of the level that still holds, within its deadband; `receding`: further back, so that the
   * level is about to step down; `ahead`: the nearest graver limit; `past`: beyond the gravest; `at`: exactly on it.
   */
  readonly kind: 'held' | 'receding' | 'ahead' | 'past' | 'at';
  readonly level: WarningLevel;
  readonly worse: RuleView['worse'];
  /** From the value to the limit in the sensor's unit, never negative. */
  readonly distance: number;
}

interface Gap extends Pick<NextLimit, 'level' | 'worse'> {
  /** Positive while the limit is not reached. */
  readonly toGo: number;
  readonly deadband: number;
}

/**
 * The one distance to show beside the level of a sensor, which is the gravest of its rules: how far the value is back from
 * the limit that holds, else how far from the next graver one. Never that of a milder level. Undefined without limits.
 */
export function nextLimit(value: number, rules: readonly RuleView[]): NextLimit | undefined {
  const level = gravest(rules.map((rule) => rule.level));
  const gaps = (of: readonly RuleView[], wanted: (one: WarningLevel) => boolean): Gap | undefined =>
    of
      .flatMap((rule) => WARNING_LEVELS.filter(wanted).flatMap((one) => gapOf(rule, one, value)))
      .toSorted((a, b) => a.toGo - b.toGo)[0];
  const held = gaps(
    rules.filter((rule) => rule.level === level),
    (one) => one === level,
  );
  if (held !== undefined && held.toGo > 0) return towards(held.toGo > held.deadband ? 'receding' : 'held', held);
  const gap = gaps(rules, (one) => isGraver(one, level)) ?? held;
  if (gap === undefined) return undefined;
  if (gap.toGo > 0) return towards('ahead', gap);
  return towards(gap.toGo === 0 ? 'at' : 'past', gap);
}

function gapOf({ limits, worse, deadband }: RuleView, level: WarningLevel, value: number): Gap[] {
  const limit = limits[level];
  return limit === undefined
    ? []
    : [{ level, worse, toGo: worse === 'rising' ? limit - value : value - limit, deadband }];
}

const towards = (kind: NextLimit['kind'], { level, worse, toGo }: Gap): NextLimit => ({
  kind,
  level,
  worse,
  distance: Math.abs(toGo),
});
