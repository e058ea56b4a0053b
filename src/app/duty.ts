import { SECOND } from '../core/time.ts';
import type { DurationMs } from '../core/time.ts';
import { backOffMs, pause } from '../platform/back-off.ts';
import type { Logger } from '../platform/logger.ts';

/** How long a duty rests when nobody wakes it. A wake-up is only faster than this. */
const POLL_MS = SECOND;

/** One of the things a process does over and over. */
export interface Duty {
  readonly name: string;
  /** Asks for another round as soon as the present one is over. */
  wake(): void;
  /** Time since a round came to its end without a failure, or since the beginning. */
  idleMs(): DurationMs;
  /** How long the present round has lasted; 0 between two. */
  roundMs(): DurationMs;
  /** Resolves when the signal has ended it. */
  readonly done: Promise<void>;
}

/** Does one thing over and over: when woken, else after a rest. A failure is logged when it changes, and tried again ever more slowly. */
export function duty(
  log: Logger,
  signal: AbortSignal,
  name: string,
  work: () => Promise<unknown>,
  restMs: DurationMs = POLL_MS,
): Duty {
  let rest = new AbortController();
  let worked = performance.now();
  let begun: number | null = null;
  return {
    name,
    wake: () => rest.abort(),
    idleMs: () => performance.now() - worked,
    roundMs: () => (begun === null ? 0 : performance.now() - begun),
    done: run(),
  };

  async function run(): Promise<void> {
    let failures = 0;
    let last = '';
    while (!signal.aborted) {
      rest = new AbortController();
      begun = performance.now();
      try {
        await work();
        worked = performance.now();
        if (failures > 0) log.info({ duty: name, failures }, 'works again');
        failures = 0;
        last = '';
      } catch (error) {
        failures += 1;
        if (String(error) !== last) log.error({ ...faultOf(error), duty: name }, 'failed; tried again');
        last = String(error);
      }
      begun = null;
      const length = failures === 0 ? restMs : backOffMs(failures, 100, 5 * SECOND);
      await pause(length, AbortSignal.any([signal, rest.signal]));
    }
  }
}

/**
 * Throws, naming them, when some duties have not come to the end of a round for more than `withinMs`. A process that
 * gave its heartbeat while one of them hangs would be believed to do its work.
 */
export function expectWork(duties: readonly Pick<Duty, 'name' | 'idleMs'>[], withinMs: DurationMs): void {
  const stuck = duties.filter((each) => each.idleMs() > withinMs).map(({ name }) => name);
  if (stuck.length > 0) throw new Error(`no heartbeat: ${stuck.join(', ')} does not get on`);
}

/**
 * Rejects, naming it, when one round of a duty lasts longer than `withinMs`: it waits for what never comes, such as a
 * connection whose other end is gone without a word, and only a new process gets on. Failures are no hang. Never resolves.
 */
export const hang = (duties: readonly Pick<Duty, 'name' | 'roundMs'>[], withinMs: DurationMs, signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    const looking = setInterval(() => {
      const hung = duties.find((each) => each.roundMs() > withinMs);
      if (hung !== undefined) reject(new Error(`a round of "${hung.name}" does not come to its end`));
    }, withinMs / 10);
    signal.addEventListener('abort', () => clearInterval(looking), { once: true });
  });

/** What a log line says of a failure. Not the error itself: the database repeats rows in it, with telephone numbers. */
export const faultOf = (error: unknown): Readonly<Record<string, unknown>> => ({
  fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
  ...(error instanceof Error && 'code' in error && { sort: error.code }),
});
