import { setTimeout as delay } from 'node:timers/promises';
import type { DurationMs } from '../core/time.ts';

/** The pause before try number `failures` + 1: doubles from `firstMs` up to `mostMs`. */
export const backOffMs = (failures: number, firstMs: DurationMs = 200, mostMs: DurationMs = 10_000): DurationMs =>
  Math.min(mostMs, firstMs * 2 ** Math.min(failures, 30));

/** Waits, but not longer than until `signal` is aborted. */
export const pause = (lengthMs: DurationMs, signal: AbortSignal): Promise<void> =>
  delay(lengthMs, undefined, { signal }).catch(() => {});
