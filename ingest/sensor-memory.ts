import type { Sensor } from '../src/core/sensor.ts';
import type { Instant } from '../src/core/time.ts';
import type { Past } from './plausible/past.ts';

/** What ingest must know of a sensor to take its next sample; rebuilt from `reading` at a start. */
export interface SensorMemory extends Marks {
  readonly sensor: Sensor;
  readonly maintenance: readonly MaintenanceWindow[];
}

/** While somebody works on its point, in observed time: `from` belongs to it, `until` does not. */
export interface MaintenanceWindow {
  readonly from: Instant;
  readonly until: Instant;
}

/** How far a sensor has come. Before the first reading both are minus infinity. */
export interface Marks {
  /** The newest `observedAt` stored, true or not: a later one cannot be stored already. */
  readonly newestStoredAt: Instant;
  /**
   * The newest `observedAt` that had its turn: what is not newer comes too late. Readings judged on arrival leave it
   * alone, or one broken clock would make a whole backlog of true times late. A reading under maintenance, or of a
   * retired sensor, has had its turn when it is marked: there is one order for all, and a start finds it by the newest.
   */
  readonly judgedUpTo: Instant;
  /** The readings that the next is compared with; null where nothing is looked at. */
  readonly past: Past | null;
}

export const isWithin = (windows: readonly MaintenanceWindow[], at: Instant): boolean =>
  windows.some(({ from, until }) => at >= from && at < until);

/** The sensors of a partition, as samples name them. */
export interface Registry {
  find(siteId: string, sensorCode: string): SensorMemory | undefined;
}
