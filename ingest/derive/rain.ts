import type { Instant } from '../../src/core/time.ts';

/** How a counter came from one reading to the next. */
export interface Counted {
  /** Never negative. */
  readonly tips: number;
  /** The counter began again: what fell before that is not known. */
  readonly reset: boolean;
}

/** Below this share of its end a counter that falls has not wrapped but was reset. */
const NEAR_ITS_END = 0.9;

/**
 * Tips between two readings of a counter. A fall is a wrap where the counter was near its end, otherwise a reset of the
 * logger: then what it shows has fallen since.
 *
 * @param wrapsAt number of values it has (65,536 for 16 bits; 1,000,000 for SL 651's N(6,1) in tenths); null: it never wraps.
 */
export function countedTips(before: number, now: number, wrapsAt: number | null): Counted {
  if (now >= before) return { tips: now - before, reset: false };
  if (wrapsAt !== null && before > NEAR_ITS_END * wrapsAt) return { tips: now + wrapsAt - before, reset: false };
  return { tips: now, reset: true };
}

/** A reading of a rain gauge. */
export interface Tips {
  readonly at: Instant;
  readonly value: number;
  /** Somebody worked on the gauge before it: what it counted then is no rain. */
  readonly afterWork?: boolean;
}

/** Rain within a window that ends now. */
export interface Rain {
  readonly millimetres: number;
  /** The readings reach back to the window's beginning and none is missing. */
  readonly whole: boolean;
  readonly reset: boolean;
}

/**
 * Rolling rain of a counter: the sum of its steps (SL 651 element 26 and the Modbus map's 0x0000 are such counters).
 *
 * @param readings oldest first; the first may stand before the window, from where its first step is taken.
 * @param from beginning of the window.
 * @param tipMillimetres rain of one tip.
 */
export function rainOfCounter(
  readings: readonly Tips[],
  from: Instant,
  tipMillimetres: number,
  wrapsAt: number | null,
): Rain {
  let tips = 0;
  let reset = false;
  const begin = Math.max(
    0,
    readings.findLastIndex(({ at }) => at <= from),
  );
  let whole = (readings[begin]?.at ?? Infinity) <= from;
  for (let i = begin + 1; i < readings.length; i += 1) {
    if (readings[i]?.afterWork === true) {
      whole = false;
      continue;
    }
    const step = countedTips(readings[i - 1]?.value ?? 0, readings[i]?.value ?? 0, wrapsAt);
    tips += step.tips;
    reset ||= step.reset;
  }
  return { millimetres: tips * tipMillimetres, whole, reset };
}

/**
 * Rolling rain of a gauge that reports the tips of each interval: their sum.
 *
 * @param readings those within the window, its beginning excluded.
 * @param expected how many there are when none is missing.
 * @param tipMillimetres rain of one tip.
 */
export const rainOfIntervals = (readings: readonly Tips[], expected: number, tipMillimetres: number): Rain => ({
  millimetres: readings.reduce((sum, { value }) => sum + value, 0) * tipMillimetres,
  whole: readings.length >= expected,
  reset: false,
});
