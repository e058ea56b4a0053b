import type { Flag, Reading } from '../src/core/reading.ts';
import type { Sample } from '../src/core/sample.ts';
import type { Sensor } from '../src/core/sensor.ts';
import { MINUTE, instant } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';

/** How far an instrument's clock may be ahead of ours and still be believed. */
const AHEAD_MAX_MS = 5 * MINUTE;

/** A reading, and when rules judge it; null when it came too late for that. */
export interface Admitted {
  readonly reading: Reading;
  readonly judgedAt: Instant | null;
}

interface Circumstances {
  readonly lastJudgedAt: Instant;
  /** The same sensor and instant is stored with another value. */
  readonly isConflict: boolean;
}

const NO_FLAGS: readonly Flag[] = [];
const LATE: readonly Flag[] = ['late'];

/** Why the sample's time cannot be believed; null when it can. */
export function clockFault(sensor: Sensor, sample: Sample): 'clock-ahead' | 'before-installation' | null {
  if (sample.observedAt > sample.receivedAt + AHEAD_MAX_MS) return 'clock-ahead';
  return sample.observedAt < sensor.installedAt ? 'before-installation' : null;
}

/**
 * Makes a sample a reading. It is never refused here: what cannot be is stored as doubtful, with the reason.
 *
 * - A time that cannot be believed, and a second value for an instant, are judged on arrival. Several may arrive in one
 *   millisecond: each is judged, one after the other. Being doubtful they can only raise.
 * - Otherwise a reading not newer than the last judged one is stored as late and not judged.
 */
export function admit(sensor: Sensor, sample: Sample, { lastJudgedAt, isConflict }: Circumstances): Admitted {
  const { observedAt, receivedAt, value } = sample;
  const fault = clockFault(sensor, sample);
  const isOutOfRange = value < sensor.range.min || value > sensor.range.max;
  const isLate = fault === null && !isConflict && observedAt <= lastJudgedAt;

  let flags = isLate ? LATE : NO_FLAGS;
  if (isOutOfRange) flags = ['out-of-range', ...flags];
  if (fault !== null) flags = [...flags, fault];
  if (isConflict) flags = [...flags, 'conflict'];
  const quality = isOutOfRange || fault !== null || isConflict ? 'doubtful' : 'good';
  const reading: Reading = { sensorId: sensor.id, observedAt, receivedAt, value, quality, flags };

  if (isLate) return { reading, judgedAt: null };
  if (fault === null && !isConflict) return { reading, judgedAt: observedAt };
  return { reading, judgedAt: instant(Math.max(receivedAt, lastJudgedAt + 1)) };
}
