import { elapsedMs } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { isJump } from './past.ts';
import type { Past, Valued } from './past.ts';

/**
 * Whether a value came back from a gap as another than it can have become.
 *
 * @param largest change over a gap, in the sensor's unit.
 * @param gapMs a longer time between two readings is a gap.
 */
export function isStepAfterGap(past: Past, now: Valued, largest: number, gapMs: DurationMs): boolean {
  const newest = past.at(-1);
  if (newest === undefined || elapsedMs(newest.at, now.at) <= gapMs) return false;
  return isJump(past, (before) => Math.abs(now.value - before.value) > largest);
}
