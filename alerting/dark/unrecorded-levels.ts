import type { Level } from '../../src/core/level.ts';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { standing } from '../callout.ts';
import type { Happening } from '../callout-event.ts';
import type { DarkSite } from './journal.ts';

/** A level that the judge holds in memory: what `tailwatch/live/unrecorded` says of one target. */
export interface UnrecordedLevel {
  readonly siteId: string;
  readonly target: string;
  readonly level: Level;
  readonly value: number;
  readonly limit: number;
  /** Epoch ms. */
  readonly observedAt: number;
  readonly verified: boolean;
  readonly guarded: boolean;
}

/** Between two versions that the database will have: what is recorded later is newer than all that was heard. */
const BETWEEN = 2 ** -20;

/**
 * What is news to a callout of what the judge says it holds in memory: every target above normal. Nobody is called for
 * what is not verified or not guarded. A target that is not named any more stays as it was: a cleared level stops no
 * ladder, and it is not known at what value it is now. One that rose again to where it was has been normal meanwhile.
 */
export const levelsHeard = (
  { before: { siteId }, state, heard }: Pick<DarkSite, 'before' | 'state' | 'heard'>,
  unrecorded: readonly UnrecordedLevel[],
  now: Instant,
): readonly Happening[] =>
  unrecorded.flatMap(({ siteId: of, target, level: to, value, limit, observedAt: ms, verified, guarded }) => {
    if (of !== siteId || !verified || !guarded) return [];
    const known = state?.covered[target];
    const { version = 0 } = known ?? {};
    // What stood unverified, or unguarded, is not what it was when it is called for.
    const level = known === undefined ? 'normal' : standing(known);
    const observedAt = instant(ms);
    const until = heard[target]?.until;
    const isBack = to === level && until !== undefined && observedAt > until;
    if (to === level && !isBack) return [];
    const source = { cause: 'reached', observedAt, recordedAt: now } as const;
    const told = { type: 'level-changed', target, value, limit, verified, guarded, source } as const;
    const normal = { ...told, to: 'normal', stateVersion: version + BETWEEN } as const;
    return [...(isBack ? [normal] : []), { ...told, to, stateVersion: version + 2 * BETWEEN }];
  });
