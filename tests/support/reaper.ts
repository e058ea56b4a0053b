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

/** Kills one of the programs after the other with SIGKILL and starts it again, at moments that chance chooses, until it is stopped. */
export function reap(
  programs: Readonly<Record<string, RunningProgram>>,
  chance: () => number,
  pauseMs: number,
): Reaper {
  const killed: string[] = [];
  const stopping = new AbortController();
  const names = Object.keys(programs);

  async function work(): Promise<void> {
    for (;;) {
      await delay(chance() * pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      const name = names[Math.floor(chance() * names.length)] ?? '';
      killed.push(name);
      await programs[name]?.kill();
      await programs[name]?.start();
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
