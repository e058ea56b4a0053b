import { GAP_INTERVALS } from '../src/core/sensor.ts';
import { elapsedMs } from '../src/core/time.ts';
import type { DurationMs, Instant } from '../src/core/time.ts';

/** Something that has been so for a while, as far as readings show. Plain numbers: survives JSON. */
export interface Held {
  /** Time that counts: what lay between readings, gaps shortened. */
  readonly heldMs: DurationMs;
  /** The newest reading that showed it. */
  readonly at: Instant;
}

/**
 * Held on, by one more reading that shows it; `undefined` begins anew at zero.
 *
 * Time between two readings counts in full up to three intervals. A longer gap counts as one interval: a delay never
 * runs out on time in which nothing was measured. A reading that is not newer adds nothing. All of it is observed time, so a backlog counts as it would have live.
 */
export function holdOn(held: Held | undefined, at: Instant, intervalMs: DurationMs): Held {
  if (held === undefined) return { heldMs: 0, at };
  const passed = elapsedMs(held.at, at);
  if (passed <= 0) return held;
  return { heldMs: held.heldMs + (passed > GAP_INTERVALS * intervalMs ? intervalMs : passed), at };
}

/** Whether it has been so for long enough. A delay shorter than the interval asks for one reading: the one that shows it. */
export const isFulfilled = (held: Held, delayMs: DurationMs, intervalMs: DurationMs): boolean =>
  delayMs < intervalMs || held.heldMs >= delayMs;
