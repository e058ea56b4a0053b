import { setTimeout as delay } from 'node:timers/promises';
import type { DurationMs } from '../core/time.ts';

/** The pause before try number `failures` + 1: doubles from `firstMs` up to `mostMs`. */
export const backOffMs = (failures: number, firstMs: DurationMs = 200, mostMs: DurationMs = 10_000): DurationMs =>
  Math.min(mostMs, firstMs * 2 ** Math.min(failures, 30));

/** What a timer can count to; what is longer fires at once. */
const TIMER_MOST_MS: DurationMs = 2 ** 31 - 1;

/** Waits, but not longer than until `signal` is aborted, nor than 24.8 days. */
export const pause = (lengthMs: DurationMs, signal: AbortSignal): Promise<void> =>
  delay(Math.min(lengthMs, TIMER_MOST_MS), undefined, { signal }).catch(() => {});
