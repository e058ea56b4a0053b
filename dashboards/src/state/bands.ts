import type { RuleView } from '../../../src/contract/http.ts';
import { WARNING_LEVELS } from '../../../src/core/level.ts';
import type { WarningLevel } from '../../../src/core/level.ts';

/** The stretch of values in which a rule is at a level; `from` is the limit itself, `to` where the next graver one begins. */
export interface Band {
  readonly level: WarningLevel;
  readonly from: number;
  /** Infinite (with the sign of getting worse) for the gravest level. */
  readonly to: number;
}

/** Bands of one rule, mild first. */
export function bandsOf(rule: RuleView): readonly Band[] {
  const present = WARNING_LEVELS.flatMap((level) => {
    const limit = rule.limits[level];
    return limit === undefined ? [] : [{ level, from: limit }];
  });
  const end = rule.worse === 'rising' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return present.map((band, i) => ({ ...band, to: present[i + 1]?.from ?? end }));
}
