/** Time that passes only when nothing else is left to do: hours of it in a second, and the same each time. */
export interface VirtualTimeline {
  now(): number;
  after(delayMs: number, run: () => void): () => void;
  /** Lets time pass until `work` is done. Throws when nothing is planned any more and it is not. */
  through<T>(work: Promise<T>): Promise<T>;
}

interface Planned {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

export function virtualTimeline(): VirtualTimeline {
  let now = 0;
  let order = 0;
  let planned: Planned[] = [];
  const next = (): Planned | undefined => {
    planned = planned.filter(({ run }) => run !== null);
    return planned.reduce<Planned | undefined>(
      (first, each) =>
        first === undefined || each.at < first.at || (each.at === first.at && each.order < first.order) ? each : first,
      undefined,
    );
  };
  return {
    now: () => now,
    after(delayMs, run) {
      const one: Planned = { at: now + Math.max(0, delayMs), order: (order += 1), run };
      planned.push(one);
      return () => {
        one.run = null;
      };
    },
    async through(work) {
      let isDone = false;
      const end = (): void => {
        isDone = true;
      };
      work.then(end, end);
      for (;;) {
        await new Promise(setImmediate);
        if (isDone) return work;
        const one = next();
        if (one === undefined) throw new Error('nothing is planned any more, and the work is not done');
        now = Math.max(now, one.at);
        const { run } = one;
        one.run = null;
        run?.();
      }
    },
  };
}
