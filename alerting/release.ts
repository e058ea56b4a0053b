import { rank } from '../src/core/level.ts';
import { standing } from './callout.ts';
import type { Callout } from './callout.ts';
import type { ReleaseReasons } from './callout-event.ts';
import { calledUpTo, isCallable } from './ladder.ts';
import { isOutstanding } from './order.ts';
import type { CalloutPolicy } from './policy.ts';

/** Why a callout cannot be closed now; `null`: it can. */
export type ReleaseRefusal = 'already-released' | 'not-answered' | 'level-stands' | 'orders-open' | 'not-inspected';

/**
 * A callout is closed only by a person, once every run is answered and nothing that people are called for stands any more,
 * after an inspection where it was orange or red, and with a reason where something was ordered that is not done.
 * What is unverified or unguarded holds none open: when it comes to be called for, it opens one.
 */
export function refusesRelease(
  policy: CalloutPolicy,
  callout: Callout,
  { inspection, openOrders }: ReleaseReasons,
): ReleaseRefusal | null {
  if (callout.phase === 'released') return 'already-released';
  if (callout.phase === 'calling') return 'not-answered';
  // Nothing measured belongs to a drill: what it supposes is over when it is closed.
  if (policy.drill !== true && !isOver(policy, callout)) return 'level-stands';
  if ((callout.orders ?? []).some(isOutstanding) && !isSaid(openOrders)) return 'orders-open';
  return rank(calledUpTo(callout.runs)) >= rank('orange') && !isSaid(inspection) ? 'not-inspected' : null;
}

/** Whether nothing stands any more that people are called for. */
export function isOver(policy: CalloutPolicy, callout: Callout): boolean {
  const reported = Object.values(callout.reports ?? {}).map(({ level }) => level);
  return ![...Object.values(callout.covered).map(standing), ...reported].some((level) => isCallable(policy, level));
}

const isSaid = (text: string | undefined): boolean => text !== undefined && text.trim() !== '';
