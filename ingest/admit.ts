import type { ClockFault, Flag, Reading } from '../src/core/reading.ts';
import type { Sample } from '../src/core/sample.ts';
import type { Sensor } from '../src/core/sensor.ts';
import { MINUTE } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';

/** How far an instrument's clock may be ahead of ours and still be believed. */
const AHEAD_MAX_MS = 5 * MINUTE;

/** A reading, and when rules judge it; null when it came too late for that. */
export interface Admitted {
  readonly reading: Reading;
  readonly judgedAt: Instant | null;
  /** Judged by our clock, because its own time cannot be believed. */
  readonly onArrival: boolean;
}

interface Circumstances {
  readonly judgedUpTo: Instant;
  /** The same sensor and instant is stored with another value. */
  readonly isConflict: boolean;
}

const NO_FLAGS: readonly Flag[] = [];
const LATE: readonly Flag[] = ['late'];

/** When something was measured, as it says, and when it came. */
type Times = Pick<Sample, 'observedAt' | 'receivedAt'>;

/** Why the sample's time cannot be believed; null when it can. */
export function clockFault(sensor: Sensor, sample: Times): ClockFault | null {
  if (sample.observedAt > sample.receivedAt + AHEAD_MAX_MS) return 'clock-ahead';
  return sample.observedAt < sensor.installedAt ? 'before-installation' : null;
}

/**
 * Makes a sample a reading. It is never refused here: what cannot be is stored as doubtful, with the reason.
 *
 * - A time that cannot be believed, and a second value for an instant, are judged on arrival. Being doubtful they can
 *   only raise. They say nothing of how far the instrument's own time has come.
 * - Otherwise a reading not newer than the last that was judged in its turn is stored as late and not judged. This is
 *   the one gatekeeper of order: the rules get each sensor's own times in order, and each once.
 */
export function admit(sensor: Sensor, sample: Sample, { judgedUpTo, isConflict }: Circumstances): Admitted {
  const { observedAt, receivedAt, value } = sample;
  const fault = clockFault(sensor, sample);
  const isOutOfRange = value < sensor.range.min || value > sensor.range.max;
  const onArrival = fault !== null || isConflict;
  const isLate = !onArrival && observedAt <= judgedUpTo;

  let flags = isLate ? LATE : NO_FLAGS;
  if (isOutOfRange) flags = ['out-of-range', ...flags];
  if (fault !== null) flags = [...flags, fault];
  if (isConflict) flags = [...flags, 'conflict'];
  const quality = isOutOfRange || onArrival ? 'doubtful' : 'good';
  const reading: Reading = { sensorId: sensor.id, observedAt, receivedAt, version: 0, value, quality, flags };

  if (isLate) return { reading, judgedAt: null, onArrival };
  return { reading, judgedAt: onArrival ? receivedAt : observedAt, onArrival };
}

/** What a formula made of its inputs. */
interface DerivedSample extends Times {
  readonly version: number;
  readonly value: number | null;
  /** Any of them makes it doubtful. */
  readonly flags: readonly Flag[];
}

/** The same for what was derived. Without number it is kept as doubtful, and marks its instant as done. */
export function admitDerived(sensor: Sensor, derived: DerivedSample, judgedUpTo: Instant): Admitted {
  const { observedAt, receivedAt, version, value } = derived;
  const fault = clockFault(sensor, derived);
  const isOutOfRange = value !== null && (value < sensor.range.min || value > sensor.range.max);
  const isLate = fault === null && observedAt <= judgedUpTo;
  const doubts: Flag[] = [...(isOutOfRange ? (['out-of-range'] as const) : []), ...derived.flags];
  if (fault !== null) doubts.push(fault);
  const quality = doubts.length > 0 || value === null ? 'doubtful' : 'good';
  const flags: Flag[] = isLate ? [...doubts, 'late'] : doubts;
  const reading: Reading = { sensorId: sensor.id, observedAt, receivedAt, version, value, quality, flags };
  if (isLate) return { reading, judgedAt: null, onArrival: false };
  return { reading, judgedAt: fault === null ? observedAt : receivedAt, onArrival: fault !== null };
}
