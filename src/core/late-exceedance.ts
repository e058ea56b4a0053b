import type { Level, WarningLevel } from './level.ts';
import type { Instant } from './time.ts';

/** A reading that came too late to be judged, and was graver than what stood when it came. One row of its log. */
export interface LateExceedance {
  readonly siteId: string;
  readonly target: string;
  readonly sensorId: number;
  readonly level: WarningLevel;
  /** The level that stood when it came. */
  readonly standing: Level;
  readonly observedAt: Instant;
  readonly receivedAt: Instant;
  /** In the sensor's unit. */
  readonly value: number;
  /** The limit that it reached, in the sensor's unit. */
  readonly limit: number;
}
