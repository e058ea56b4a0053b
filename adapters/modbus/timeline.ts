import type { DurationMs } from '../../src/core/time.ts';

/** Where a line gets its time: it only grows, whatever happens to the host's clock. */
export interface Timeline {
  /** Milliseconds since some moment. */
  now(): DurationMs;
  /** Runs something later, unless what it returns is called before. */
  after(delayMs: DurationMs, run: () => void): () => void;
}

/** The host's. */
export const hostTimeline: Timeline = {
  now: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after so long, or when `signal` aborts. */
export const waitOn = (timeline: Timeline, delayMs: DurationMs, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return void resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = timeline.after(delayMs, end);
    signal.addEventListener('abort', end);
  });
