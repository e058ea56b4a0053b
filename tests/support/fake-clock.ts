import type { DatabaseClock } from '../../src/platform/clock.ts';
import { instant, plus } from '../../src/core/time.ts';
import type { Clock, DurationMs, Instant } from '../../src/core/time.ts';

/** A clock that moves only when told; stands in for the host's and for the database's. */
export interface FakeClock extends Clock, DatabaseClock {
  advance(byMs: DurationMs): Instant;
  set(at: Instant): void;
}

/** Starts at a round moment: 2026-07-01 00:00 UTC. */
export function fakeClock(start: Instant = instant(Date.UTC(2026, 6, 1))): FakeClock {
  let now = start;
  return {
    now: () => now,
    read: () => Promise.resolve(now),
    advance: (byMs) => (now = plus(now, byMs)),
    set: (at) => {
      now = at;
    },
  };
}
