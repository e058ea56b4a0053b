import { expect, it } from 'vitest';
import { chaosRun } from './chaos-run.ts';
import type { Framing } from './chaos-run.ts';

it.each<Framing>(['serial', 'tcp'])(
  'A1 a million requests over a %s line to which everything happens give no wrong value',
  async (framing) => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const count = await chaosRun(framing, 100_000, seed);
      expect(count.wrong, `seed ${String(seed)}`).toBe(0);
      expect(count.answered).toBeGreaterThan(50_000);
    }
  },
);
