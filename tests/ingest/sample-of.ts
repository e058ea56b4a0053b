import type { SensorMemory } from '../../ingest/sensor-memory.ts';
import type { Sample } from '../../src/core/sample.ts';
import type { Sensor } from '../../src/core/sensor.ts';
import { MINUTE, instant } from '../../src/core/time.ts';

/** When the samples of these tests arrive. */
export const NOON = instant(Date.UTC(2026, 6, 1, 12));

export const SENSOR: Sensor = {
  id: 7,
  siteId: 'pond',
  code: 'level',
  item: 'pond-level',
  unit: 'm',
  intervalMs: 5 * MINUTE,
  installedAt: instant(Date.UTC(2026, 0, 1)),
  range: { min: 330, max: 345 },
  state: 'in-service',
  point: 'level',
  plausibility: {},
};

/** A sample measured some minutes from noon, which arrives at noon. */
export const sample = (minute: number, value = 338, over: Partial<Sample> = {}): Sample => ({
  siteId: 'pond',
  sensorCode: 'level',
  observedAt: instant(NOON + minute * MINUTE),
  receivedAt: NOON,
  value,
  ...over,
});

export const memory = (over: Partial<SensorMemory> = {}): SensorMemory => ({
  sensor: SENSOR,
  newestStoredAt: instant(-Infinity),
  judgedUpTo: instant(-Infinity),
  past: null,
  maintenance: [],
  ...over,
});
