import { HOUR, elapsedMs } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { isJump } from './past.ts';
import type { Past, Valued } from './past.ts';

/**
 * Whether a value changed faster than its quantity can (QARTOD rate of change test). Less than one interval counts as
 * one: two readings a second apart differ by noise, not by a rate.
 *
 * @param perHourMax the largest change an hour, in the sensor's unit.
 */
export const isTooFast = (past: Past, now: Valued, perHourMax: number, intervalMs: DurationMs): boolean =>
  isJump(past, (before) => {
    const hours = Math.max(elapsedMs(before.at, now.at), intervalMs) / HOUR;
    return Math.abs(now.value - before.value) > perHourMax * hours;
  });
