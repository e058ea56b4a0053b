import { HOUR } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';

/** A value with its time. */
export interface Point {
  readonly at: Instant;
  readonly value: number;
}

/** Two points fit any line. */
const FEWEST = 3;

/**
 * Rate of change by least squares over the given points: rate of rise of a level, velocity of a displacement.
 *
 * @returns the values' unit per hour, negative when they fall; null with fewer than three points.
 */
export function ratePerHour(points: readonly Point[]): number | null {
  if (points.length < FEWEST) return null;
  const hours = points.map(({ at }) => (at - (points[0]?.at ?? at)) / HOUR);
  const meanHour = mean(hours);
  const meanValue = mean(points.map(({ value }) => value));
  let covariance = 0;
  let variance = 0;
  for (const [i, { value }] of points.entries()) {
    const dx = (hours[i] ?? 0) - meanHour;
    covariance += dx * (value - meanValue);
    variance += dx * dx;
  }
  return variance === 0 ? null : covariance / variance;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
