import { SECOND } from './time.ts';
import type { DurationMs } from './time.ts';

/** Whose time a clock was compared with. */
export type ClockReference = 'ntp' | 'database';

/** How far a reference is ahead of a host's clock; `offsetMs` is null when it is not known, and then `against` is too. */
export interface ClockOffset {
  readonly offsetMs: DurationMs | null;
  readonly against: ClockReference | null;
}

/** Beyond this, deadlines and lateness are told wrong in seconds that people notice. */
const MOST_OFF_MS: DurationMs = 2 * SECOND;

/** False only for a clock that is known to be wrong. */
export const isClockRight = ({ offsetMs }: ClockOffset): boolean =>
  offsetMs === null || Math.abs(offsetMs) <= MOST_OFF_MS;

/** The worse of two comparisons, NTP's where they are alike; what is not known does not count. */
export function worstOffset(ntpMs: DurationMs | null, databaseMs: DurationMs | null): ClockOffset {
  const byNtp = ntpMs === null ? -1 : Math.abs(ntpMs);
  const byDatabase = databaseMs === null ? -1 : Math.abs(databaseMs);
  // A few milliseconds are the way there and back.
  if (ntpMs !== null && (byNtp >= byDatabase || byDatabase <= MOST_OFF_MS)) return { offsetMs: ntpMs, against: 'ntp' };
  return databaseMs === null ? { offsetMs: null, against: null } : { offsetMs: databaseMs, against: 'database' };
}
