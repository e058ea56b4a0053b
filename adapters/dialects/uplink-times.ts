import type { DurationMs, Instant } from '../../src/core/time.ts';
import { MINUTE } from '../../src/core/time.ts';

/** Remembers when frames were first told. */
export interface UplinkTimes {
  /** When this frame of a device was first told: `at`, unless it is known already, or nothing names it (null). */
  of(device: string, frame: string | null, at: Instant): Instant;
}

/** Frames remembered: a bound, not a promise. */
const REMEMBERED = 12_000;
/** A device that is told nothing sends a frame again within seconds. Later the same counter is that of a new session. */
const SAME_WITHIN_MS: DurationMs = 2 * MINUTE;

/**
 * Gives a frame that is told again the time of its first telling, so that it has the key of a reading that is stored and the
 * commit drops it. Nothing is dropped by this memory itself: what was told before a crash or a lost line, and never
 * committed, is told again and stored.
 */
export function uplinkTimes(): UplinkTimes {
  const first = new Map<string, Instant>();
  return {
    of(device, frame, at) {
      if (frame === null) return at;
      const key = `${device} ${frame}`;
      const known = first.get(key);
      if (known !== undefined && Math.abs(at - known) <= SAME_WITHIN_MS) return known;
      first.delete(key);
      if (first.size >= REMEMBERED) first.delete(first.keys().next().value ?? '');
      first.set(key, at);
      return at;
    },
  };
}
