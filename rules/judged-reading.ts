import type { Instant } from '../src/core/time.ts';

/** A reading as rules see it: `at` is when it is judged (`judgedAt`), observed time or, `onArrival`, ours. */
export interface JudgedReading {
  readonly at: Instant;
  readonly value: number;
  readonly doubtful: boolean;
  /** Its own time cannot be believed; such a reading is doubtful. Readings in their turn may follow with earlier times. */
  readonly onArrival?: boolean;
  /** When its instrument says that it was measured; absent: `at`. Two values of one such time are one measurement. */
  readonly observedAt?: Instant;
}
