import { setTimeout as delay } from 'node:timers/promises';
import type { RunningProgram } from './running-house.ts';

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Reaper {
  /** Names of those that were killed so far, in order. */
  readonly killed: readonly string[];
  /** Lets the one that was killed last start again, and kills nobody any more. */
  stop(): Promise<void>;
}

/**
 * Kills one of the programs after the other with SIGKILL and starts it again, at moments that chance chooses, until it is stopped.
 * The pauses are `pauseMs` at most, or twice what the last start took: where a start takes long, work does too, and has to get on.
 */
export function reap(
  programs: Readonly<Record<string, RunningProgram>>,
  chance: () => number,
  pauseMs: number,
): Reaper {
  const killed: string[] = [];
  const stopping = new AbortController();
  const names = Object.keys(programs);

  async function work(): Promise<void> {
    let startMs = 0;
    for (;;) {
      await delay(chance() * Math.max(pauseMs, 2 * startMs), undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      const name = names[Math.floor(chance() * names.length)] ?? '';
      killed.push(name);
      await programs[name]?.kill();
      const begin = performance.now();
      await programs[name]?.start();
      startMs = performance.now() - begin;
    }
  }

  const working = work();
  // A program that does not come back fails the test where it stops, not before.
  working.catch(() => {});
  return {
    killed,
    stop() {
      stopping.abort();
      return working;
    },
  };
}
