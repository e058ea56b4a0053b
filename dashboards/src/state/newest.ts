import type { SensorView } from '../../../src/contract/http.ts';
import type { LiveReading } from '../../../src/contract/live.ts';

type Newest = NonNullable<SensorView['newest']>;

/**
 * The moment a reading counts from: that of its observation, or of its arrival when its clock cannot be believed
 * (ahead of its own arrival, or before the instrument was there). The judge takes it the same way.
 */
export const countsFrom = (reading: Newest, installedAt: number): number =>
  reading.doubtful && (reading.observedAt > reading.receivedAt || reading.observedAt < installedAt)
    ? reading.receivedAt
    : reading.observedAt;

/** The sensor after a reading of it: a late one changes nothing; a doubtful one gives way to any good one that came after it. */
export function withReading(sensor: SensorView, [, observedAt, receivedAt, value, doubtful]: LiveReading): SensorView {
  const reading: Newest = { observedAt, receivedAt, value, doubtful: doubtful === 1 };
  const { newest, installedAt } = sensor;
  if (newest === null) return { ...sensor, newest: reading };
  // The same reading again, as it came live: only the overview says why it is doubtful.
  const isSame = newest.observedAt === observedAt && newest.value === value && newest.doubtful === reading.doubtful;
  if (isSame) return sensor;
  // A reading after a doubtful one is likely doubtful for the same reasons, until the overview says.
  if (reading.doubtful && newest.doubtful && newest.flags !== undefined) reading.flags = newest.flags;
  const relieves = newest.doubtful && !reading.doubtful && receivedAt >= newest.receivedAt;
  const isNewer = countsFrom(reading, installedAt) >= countsFrom(newest, installedAt);
  return relieves || isNewer ? { ...sensor, newest: reading } : sensor;
}
