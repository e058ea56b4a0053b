import { SECOND, elapsedMs } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';

/** A judge that has not renewed for this long has lost its partition to whoever takes it. */
export const LEASE_TERM_MS = 10 * SECOND;

/** A lease as another finds it. */
export interface LeaseSeen {
  /** Whether the session that took it still exists, in another process. */
  readonly holderLives: boolean;
  readonly renewedAt: Instant;
}

/**
 * Whether a judge may take the partition over: nobody had it, its holder has ended (a crash is taken over from at
 * once), or the holder has not renewed within the term (it hangs, or its host is cut off).
 */
export const mayTakeOver = (seen: LeaseSeen | undefined, now: Instant, termMs = LEASE_TERM_MS): boolean =>
  seen === undefined || !seen.holderLives || elapsedMs(seen.renewedAt, now) > termMs;
