import type { DurationMs, Instant } from '../../src/core/time.ts';

/** Whether so many changes of one target ever came within the time: their two ends are as far apart as that at most. */
export function chatters(
  times: readonly Instant[],
  { changes, withinMs }: { readonly changes: number; readonly withinMs: DurationMs },
): boolean {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted.some((at, i) => {
    const last = sorted[i + changes - 1];
    return last !== undefined && last - at <= withinMs;
  });
}
