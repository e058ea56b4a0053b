import type { Instant } from '../../src/core/time.ts';
import { dueAt } from '../callout.ts';
import type { Happening } from '../callout-event.ts';
import { isCallable } from '../ladder.ts';
import type { DarkSite } from './journal.ts';
import { levelsHeard } from './unrecorded-levels.ts';
import type { UnrecordedLevel } from './unrecorded-levels.ts';

/**
 * What has happened to a site's callout by now: the fault for which people are called (that nothing can be recorded), once; levels that the judge holds in
 * memory; a rung or redial whose time has come. Taken in as one, so that the first call tells all of it.
 */
export function dueHappenings(
  site: DarkSite,
  fault: string,
  unrecorded: readonly UnrecordedLevel[],
  now: Instant,
): readonly Happening[] {
  const { before, state } = site;
  const isTold = !isCallable(before.policy, 'red') || state?.news.some(({ about }) => about === fault) === true;
  const due = state === null ? null : dueAt(state);
  return [
    ...(isTold ? [] : [{ type: 'system-fault', key: fault } as const]),
    ...levelsHeard(site, unrecorded, now),
    ...(due !== null && due <= now ? [{ type: 'time-passed' } as const] : []),
  ];
}
