import type { ClockFault, Flag, Reading } from '../src/core/reading.ts';
import type { Sample } from '../src/core/sample.ts';
import type { Sensor } from '../src/core/sensor.ts';
import { MINUTE } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import { implausible } from './plausibility.ts';
import { isWithin } from './sensor-memory.ts';
import type { MaintenanceWindow, SensorMemory } from './sensor-memory.ts';

/** How far an instrument's clock may be ahead of ours and still be believed. */
const AHEAD_MAX_MS = 5 * MINUTE;

/** A reading, and when rules judge it; null when it came too late for that, or is only kept. */
export interface Admitted {
  readonly reading: Reading;
  readonly judgedAt: Instant | null;
  /** Judged by our clock, because its own time cannot be believed. */
  readonly onArrival: boolean;
  /** Derived from a measurement out of the range of its instrument. */
  readonly isOfOutOfRange?: boolean;
}

interface Circumstances extends Pick<SensorMemory, 'judgedUpTo' | 'maintenance' | 'past'> {
  /** The same sensor and instant is stored with another value. */
  readonly isConflict: boolean;
}

const NO_FLAGS: readonly Flag[] = [];
const LATE: readonly Flag[] = ['late'];

/** When something was measured, as it says, and when it came. */
type Times = Pick<Sample, 'observedAt' | 'receivedAt' | 'acquiredAt'>;

/** Why the sample's time cannot be believed; null when it can. */
export function clockFault(sensor: Sensor, sample: Times): ClockFault | null {
  const { receivedAt, acquiredAt = receivedAt } = sample;
  // Waiting in a spool makes no clock right.
  if (sample.observedAt > Math.min(acquiredAt, receivedAt) + AHEAD_MAX_MS) return 'clock-ahead';
  return sample.observedAt < sensor.installedAt ? 'before-installation' : null;
}

/** Why what was measured then is kept and not judged; null when it is judged. */
function mark(sensor: Sensor, windows: readonly MaintenanceWindow[], at: Instant): 'retired' | 'maintenance' | null {
  if (sensor.state === 'retired') return 'retired';
  return isWithin(windows, at) ? 'maintenance' : null;
}

/**
 * Makes a sample a reading. It is never refused here: what cannot be is stored as doubtful, with the reason.
 *
 * - A time that cannot be believed, and a second value for an instant, are judged on arrival. Being doubtful they can
 *   only raise. They say nothing of how far the instrument's own time has come.
 * - Otherwise a reading not newer than the last that had its turn is stored as late and not judged. This is
 *   the one gatekeeper of order: the rules get each sensor's own times in order, and each once.
 * - In its turn and within the range it is compared with what the sensor gave before.
 * - What its device calls bad is kept without number, and nobody judges it. What it calls uncertain is doubtful.
 * - Under maintenance, and of a retired sensor, it is marked and not judged. What is wrong with it is flagged, but it
 *   is no doubt about the point: its quality stays good. Of a wrong clock the arrival tells whether it is.
 */
export function admit(
  sensor: Sensor,
  sample: Sample,
  { judgedUpTo, maintenance, past, isConflict }: Circumstances,
): Admitted {
  const { observedAt, receivedAt, doubt } = sample;
  const value = doubt?.quality === 'bad' ? null : sample.value;
  const fault = clockFault(sensor, sample);
  const isOutOfRange = value !== null && (value < sensor.range.min || value > sensor.range.max);
  const onArrival = fault !== null || isConflict;
  const isLate = !onArrival && observedAt <= judgedUpTo;
  const marked = mark(sensor, maintenance, fault === null ? observedAt : receivedAt);

  const isInTurn = !onArrival && !isLate && marked === null;

  let flags = isLate ? LATE : NO_FLAGS;
  if (isInTurn && !isOutOfRange && past !== null && value !== null)
    flags = implausible(sensor, past, { at: observedAt, value });
  const isDoubtful =
    isOutOfRange || onArrival || value === null || doubt !== undefined || (isInTurn && flags.length > 0);
  if (doubt !== undefined && !flags.includes(doubt.why)) flags = [doubt.why, ...flags];
  if (isOutOfRange) flags = ['out-of-range', ...flags];
  if (fault !== null) flags = [...flags, fault];
  if (isConflict) flags = [...flags, 'conflict'];
  if (marked !== null) flags = [...flags, marked];
  const quality = marked === null && isDoubtful ? 'doubtful' : 'good';
  const reading: Reading = { sensorId: sensor.id, observedAt, receivedAt, version: 0, value, quality, flags };

  if (isLate || marked !== null) return { reading, judgedAt: null, onArrival };
  return { reading, judgedAt: onArrival ? receivedAt : observedAt, onArrival };
}

/** What a formula made of its inputs. */
export interface DerivedSample extends Times {
  readonly version: number;
  readonly value: number | null;
  /** Any of them makes it doubtful, but `maintenance`: that of an input is its own. */
  readonly flags: readonly Flag[];
  /** What it is made of first and foremost was out of range. */
  readonly isOfOutOfRange?: boolean;
}

/** The same for what was derived. Without number it is kept as doubtful, and marks its instant as done. */
export function admitDerived(
  sensor: Sensor,
  derived: DerivedSample,
  { judgedUpTo, maintenance, past }: Omit<Circumstances, 'isConflict'>,
): Admitted {
  const { observedAt, receivedAt, version, value, isOfOutOfRange = false } = derived;
  const fault = clockFault(sensor, derived);
  const isOutOfRange = value !== null && (value < sensor.range.min || value > sensor.range.max);
  const isLate = fault === null && observedAt <= judgedUpTo;
  const own = mark(sensor, maintenance, fault === null ? observedAt : receivedAt);
  const marked = own ?? (derived.flags.includes('maintenance') ? 'maintenance' : null);
  const isInTurn = fault === null && !isLate && marked === null;
  const doubts: Flag[] = [...(isOutOfRange ? (['out-of-range'] as const) : []), ...derived.flags];
  if (isInTurn && !isOutOfRange && past !== null && value !== null)
    doubts.push(...implausible(sensor, past, { at: observedAt, value }));
  if (fault !== null) doubts.push(fault);
  if (own !== null && !doubts.includes(own)) doubts.push(own);
  const quality = marked === null && (doubts.length > 0 || value === null) ? 'doubtful' : 'good';
  const flags: Flag[] = isLate ? [...doubts, 'late'] : doubts;
  const reading: Reading = { sensorId: sensor.id, observedAt, receivedAt, version, value, quality, flags };
  if (isLate || marked !== null) return { reading, judgedAt: null, onArrival: fault !== null };
  const judgedAt = fault === null ? observedAt : receivedAt;
  return { reading, judgedAt, onArrival: fault !== null, ...(isOfOutOfRange && { isOfOutOfRange }) };
}
