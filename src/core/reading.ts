import { NOT_GOOD } from './acquired.ts';
import type { Instant } from './time.ts';

/** Why a reading is doubtful or was not judged in its turn. Kept with the reading for ever. */
export const FLAGS = [
  'out-of-range',
  'clock-ahead',
  'before-installation',
  'late',
  'conflict',
  'no-barometer',
  'no-temperature',
  'input-missing',
  'input-doubtful',
  'not-computable',
  'window-short',
  'counter-reset',
  'too-fast',
  'spike',
  'step-after-gap',
  'stuck',
  'thermistor-out-of-range',
  'maintenance',
  'retired',
  ...NOT_GOOD,
] as const;
export type Flag = (typeof FLAGS)[number];

/** Its own time cannot be believed: it is judged when it arrives. */
export const CLOCK_FAULTS = ['clock-ahead', 'before-installation'] as const satisfies readonly Flag[];
export type ClockFault = (typeof CLOCK_FAULTS)[number];
export const hasClockFault = (flags: readonly Flag[]): boolean =>
  flags.some((flag) => flag === 'clock-ahead' || flag === 'before-installation');

export type Quality = 'good' | 'doubtful';

/** One value of one sensor, as it is stored. */
export interface Reading {
  /** The sensor's stable number in the database. */
  readonly sensorId: number;
  /** When the instrument says it measured; kept as sent, even when its clock is wrong. */
  readonly observedAt: Instant;
  /** When it reached us. */
  readonly receivedAt: Instant;
  /** 0: as the instrument gave it; 1, 2, 3 …: derived with that calibration of the sensor. */
  readonly version: number;
  /** In the sensor's unit, finite; null where a formula had no number to give. It never reaches a comparator. */
  readonly value: number | null;
  readonly quality: Quality;
  readonly flags: readonly Flag[];
}
