import { WARNING_LEVELS } from '../../core/level.ts';
import type { SiteConfig } from '../site-config.ts';
import type { Change } from './site-changes.ts';
import type { Weight } from './weight.ts';

type Rule = SiteConfig['rules'][number];

/**
 * What one changed value of a rule does. Tightening is what makes a level be reached no later and left no sooner:
 * `tests/contract/review/engine-agrees.test.ts` asks the engine itself.
 */
export function weighRule({ keys: [, , key = '', level = ''], before, after }: Change, rules: RulePair): Weight {
  if (rules.before === undefined) return 'tightening';
  if (rules.after === undefined) return 'loosening';
  switch (key) {
    case 'source':
      return 'neutral';
    case 'limits':
      return WARNING_LEVELS.some((each) => each === level) ? weighLimit(rules.after, before, after) : 'loosening';
    case 'deadband':
    case 'offDelaySeconds':
      return isNumber(before) && isNumber(after) && after > before ? 'tightening' : 'loosening';
    case 'onDelaySeconds':
      return isNumber(before) && isNumber(after) && after < before ? 'tightening' : 'loosening';
    case 'approved':
      return weighApproval(rules.before, rules.after);
    default:
      return 'loosening';
  }
}

export interface RulePair {
  readonly before: Rule | undefined;
  readonly after: Rule | undefined;
}

/** A limit moved to where it is reached sooner, or one more. Lower is sooner where higher is worse, and the other way round. */
function weighLimit({ worse }: Rule, before: Change['before'], after: Change['after']): Weight {
  if (!isNumber(after)) return 'loosening';
  if (!isNumber(before)) return before === null ? 'tightening' : 'loosening';
  return (worse === 'rising' ? after < before : after > before) ? 'tightening' : 'loosening';
}

/** Who approves limits is called for them from then on. That other limits have another approval is said by the limits. */
function weighApproval({ approved: was }: Rule, { approved: is }: Rule): Weight {
  if (is === undefined) return 'loosening';
  return was === undefined ? 'tightening' : 'neutral';
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
