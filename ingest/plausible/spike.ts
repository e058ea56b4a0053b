import type { Plausibility } from '../../src/core/sensor.ts';
import { elapsedMs } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import type { Past, Valued } from './past.ts';

/** Makes the median absolute deviation of normally distributed values their standard deviation. */
const TO_DEVIATION = 1.4826;

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * The median, and the robust standard deviation 1.4826 · MAD (Hampel 1974; Leys et al. 2013), in the unit of the values.
 */
export function robustSpread(values: readonly number[]): { readonly centre: number; readonly deviation: number } {
  const centre = median(values);
  return { centre, deviation: TO_DEVIATION * median(values.map((value) => Math.abs(value - centre))) };
}

/**
 * Whether a value is far from the median of the last readings, itself among them (Hampel's identifier). Only a whole
 * window without a gap tells: values of another time are no neighbours. A step that lasts is a spike until its
 * readings are the majority.
 *
 * @param gapMs a longer time between two readings is a gap.
 */
export function isSpike(
  past: Past,
  now: Valued,
  { readings, deviations, floor }: NonNullable<Plausibility['spike']>,
  gapMs: DurationMs,
): boolean {
  const begins = past.length - (readings - 1);
  if (begins < 0) return false;
  let near = 1;
  let after = now.at;
  for (let i = past.length - 1; i >= begins; i -= 1) {
    const { at, value } = past[i] ?? now;
    if (elapsedMs(at, after) > gapMs) return false;
    after = at;
    if (Math.abs(now.value - value) <= floor) near += 1;
  }
  // Then the median is near as well: nothing needs to be sorted, which nearly always is so.
  if (2 * near > readings) return false;
  const window = [...past.slice(begins).map(({ value }) => value), now.value];
  const { centre, deviation } = robustSpread(window);
  const distance = Math.abs(now.value - centre);
  return distance > floor && distance > deviations * deviation;
}
