import type { Flag } from '../src/core/reading.ts';
import type { Sensor } from '../src/core/sensor.ts';
import type { DurationMs, Instant } from '../src/core/time.ts';

/** How an input is found for an instant of the primary one. */
export type Pairing =
  /** Of the same record: a reading at exactly that instant. */
  | { readonly kind: 'same' }
  /** Of another cadence: the newest at or before it, if not older than `maxAgeMs`. */
  | { readonly kind: 'nearest'; readonly intervalMs: DurationMs; readonly maxAgeMs: DurationMs };

/** What a formula takes besides its primary input. */
export interface Input {
  readonly role: string;
  readonly sensorId: number;
  readonly pairing: Pairing;
}

/** A value with its time. */
export interface Point {
  readonly at: Instant;
  readonly value: number;
  readonly doubtful?: boolean;
  /** Somebody worked on the point before it: what it changed by since the point before is not known. */
  readonly afterWork?: boolean;
}

/** What a formula is given for one instant. */
export interface Given {
  readonly at: Instant;
  /** Of the primary input. */
  readonly value: number;
  /** By role; what did not come is not in it. */
  readonly inputs: ReadonlyMap<string, number>;
  /** Of the primary input, oldest first, up to and with `at`; empty for a formula that does not look back. */
  readonly window: readonly Point[];
}

/** What it makes of that. A value that is no finite number counts as none. */
export interface Computed {
  readonly value: number | null;
  readonly flags: readonly Flag[];
}

/** A formula with its constants from some day on. */
export interface Calibration {
  readonly from: Instant;
  readonly compute: (given: Given) => Computed;
}

/** How the readings of a derived sensor are made. */
export interface Derivation {
  readonly sensor: Sensor;
  /** The sensor or channel whose every reading gives one of this sensor. */
  readonly primaryId: number;
  readonly inputs: readonly Input[];
  /** How far back the formula looks over its primary input. */
  readonly windowMs: DurationMs;
  /** In order of their days, at least one. */
  readonly calibrations: readonly Calibration[];
}

/** The calibration in force at an instant, and its number from 1: the version of what it gives. Before the first, that. */
export function calibrationAt({ calibrations }: Derivation, at: Instant): { number: number; calibration: Calibration } {
  const found = Math.max(
    0,
    calibrations.findLastIndex(({ from }) => from <= at),
  );
  const calibration = calibrations[found];
  if (calibration === undefined) throw new TypeError('a derivation has no calibration');
  return { number: found + 1, calibration };
}
