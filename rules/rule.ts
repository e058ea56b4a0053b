import type { WarningLevel } from '../src/core/level.ts';
import type { DurationMs } from '../src/core/time.ts';

/** A limit rule on one sensor: the policy of the engine. Values are in the sensor's unit. */
export interface Rule {
  /** `<site>/<rule id>`: what has a level. */
  readonly target: string;
  readonly siteId: string;
  readonly sensorId: number;
  /** `rising`: higher is worse; `falling`: lower is worse (beach length, freeboard). */
  readonly worse: 'rising' | 'falling';
  /** Value at which a level is entered, itself included. A level may be absent; those present are in order. */
  readonly limits: Readonly<Partial<Record<WarningLevel, number>>>;
  /** How far back past a level's limit a reading must go to leave that level. */
  readonly deadband: number;
  readonly onDelayMs: DurationMs;
  readonly offDelayMs: DurationMs;
  /** The sensor's reporting interval: a delay below it counts as one reading. */
  readonly intervalMs: DurationMs;
  /** Version of the site's configuration this rule came with. */
  readonly configVersion: number;
  /** Its limits are approved and its point is in service: only then people are called. */
  readonly guarded: boolean;
}
