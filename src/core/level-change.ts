import type { Level } from './level.ts';
import type { Instant } from './time.ts';

/** Why the level of a target changed. */
export const LEVEL_CAUSES = [
  'reached',
  'reached-doubtful',
  'receded',
  // The level stays what it was; from now on it is one that people are called for.
  'confirmed-by-reading',
  'confirmed-by-neighbour',
  'confirmed-by-silence',
  'now-guarded',
  // Two people lowered it against what was measured last.
  'by-hand',
] as const;
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
  /** False: orange or red on the word of one doubtful reading. It shows at once; nobody is called until something agrees. */
  readonly verified: boolean;
  /** False: the limits are not approved or the point is not in service. It shows; the engineer is told, no phone rings. */
  readonly guarded: boolean;
}
