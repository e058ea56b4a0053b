import { standing } from './callout.ts';
import type { Callout } from './callout.ts';
import { isCallable } from './ladder.ts';
import type { CalloutPolicy } from './policy.ts';

/** Why a callout cannot be closed now; `null`: it can. */
export type ReleaseRefusal = 'already-released' | 'not-answered' | 'level-stands';

/**
 * A callout is closed only by a person, once every run is answered and nothing that people are called for stands any more.
 * What is unverified or unguarded holds none open: when it comes to be called for, it opens one.
 */
export function refusesRelease(policy: CalloutPolicy, callout: Callout): ReleaseRefusal | null {
  if (callout.phase === 'released') return 'already-released';
  if (callout.phase === 'calling') return 'not-answered';
  return isOver(policy, callout) ? null : 'level-stands';
}

/** Whether nothing stands any more that people are called for. */
export function isOver(policy: CalloutPolicy, callout: Callout): boolean {
  const reported = Object.values(callout.reports ?? {}).map(({ level }) => level);
  return ![...Object.values(callout.covered).map(standing), ...reported].some((level) => isCallable(policy, level));
}
