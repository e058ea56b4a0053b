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
