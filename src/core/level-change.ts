import type { Level } from './level.ts';
import type { Instant } from './time.ts';

/** Why the level of a target changed. */
export const LEVEL_CAUSES = ['reached', 'reached-doubtful', 'receded'] as const;
export type LevelCause = (typeof LEVEL_CAUSES)[number];

/** One row of the log that `rules` writes and `alerting` follows. */
export interface LevelChange {
  readonly siteId: string;
  /** What changed level: `<site>/<rule>`. */
  readonly target: string;
  readonly sensorId: number;
  /** 1, 2, 3 … per target; unique with the target. */
  readonly stateVersion: number;
  readonly from: Level;
  readonly to: Level;
  /** When it happened, in the time rules are judged by. */
  readonly observedAt: Instant;
  readonly cause: LevelCause;
  /** The value that decided, in the sensor's unit. */
  readonly value: number;
  /** The limit that was reached or left, in the sensor's unit. */
  readonly limit: number;
}
