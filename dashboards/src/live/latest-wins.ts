/** Runs a job so that only the newest run counts: a new one aborts the one before it. */
export interface LatestWins {
  /** Runs after a quiet time of `quietMs`; asked again meanwhile, it runs once. */
  readonly soon: (quietMs: number) => void;
  readonly cancel: () => void;
}

/** Wraps a job; the job must look at its signal before it shows a result. */
export function latestWins(job: (signal: AbortSignal) => Promise<void>): LatestWins {
  let controller: AbortController | undefined;
  let timer: number | undefined;

  const run = (): void => {
    timer = undefined;
    controller?.abort();
    controller = new AbortController();
    void job(controller.signal);
  };
  return {
    soon: (quietMs) => {
      // A stream of requests must not push the run away for ever: the first one sets the time.
      timer ??= window.setTimeout(run, quietMs);
    },
    cancel: () => {
      clearTimeout(timer);
      timer = undefined;
      controller?.abort();
    },
  };
}
