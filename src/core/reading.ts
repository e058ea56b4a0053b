import type { Instant } from './time.ts';

/** Why a reading is doubtful or was not judged in its turn. Kept with the reading for ever. */
export const FLAGS = ['out-of-range', 'clock-ahead', 'before-installation', 'late', 'conflict'] as const;
export type Flag = (typeof FLAGS)[number];

export type Quality = 'good' | 'doubtful';

/** One value of one sensor, as it is stored. */
export interface Reading {
  /** The sensor's stable number in the database. */
  readonly sensorId: number;
  /** When the instrument says it measured; kept as sent, even when its clock is wrong. */
  readonly observedAt: Instant;
  /** When it reached us. */
  readonly receivedAt: Instant;
  /** In the sensor's unit; always finite. */
  readonly value: number;
  readonly quality: Quality;
  readonly flags: readonly Flag[];
}

const CLOCK_FLAGS: readonly Flag[] = ['clock-ahead', 'before-installation', 'conflict'];

/** The instant at which a reading is judged: `observedAt`, or `receivedAt` when its clock cannot be believed. */
export const judgedAt = (reading: Reading): Instant =>
  reading.flags.some((flag) => CLOCK_FLAGS.includes(flag)) ? reading.receivedAt : reading.observedAt;
