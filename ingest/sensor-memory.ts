import type { Sensor } from '../src/core/sensor.ts';
import type { Instant } from '../src/core/time.ts';

/** What ingest must know of a sensor to take its next sample; rebuilt from `reading` at a start. */
export interface SensorMemory extends Marks {
  readonly sensor: Sensor;
}

/** How far a sensor has come. Before the first reading both are minus infinity. */
export interface Marks {
  /** The newest `observedAt` stored, true or not: a later one cannot be stored already. */
  readonly newestStoredAt: Instant;
  /**
   * The newest `observedAt` judged in its turn: what is not newer comes too late. Readings judged on arrival leave it
   * alone, or one broken clock would make a whole backlog of true times late.
   */
  readonly judgedUpTo: Instant;
}

/** The sensors of a partition, as samples name them. */
export interface Registry {
  find(siteId: string, sensorCode: string): SensorMemory | undefined;
}
