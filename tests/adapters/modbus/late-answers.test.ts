import { expect, it } from 'vitest';
import { MISHAPS } from '../../../simulators/modbus/chaos.ts';
import { chaosRun } from './chaos-run.ts';
import type { Framing } from './chaos-run.ts';

const REQUESTS = 10_000;
/** Virtual time: how long it really takes is the machine's affair. */
const WITHIN_MS = 60_000;

it(
  'A1 the same run has wrong values on a line that forgets what is owed: the chaos bites',
  async () => {
    const count = await chaosRun('serial', 2_000, 7, { isForgetful: true });
    expect(count.wrong).toBeGreaterThan(0);
  },
  WITHIN_MS,
);

it.each<Framing>(['serial', 'tcp'])(
  'A1 ten thousand requests over a %s line to which everything happens give no wrong value',
  async (framing) => {
    const count = await chaosRun(framing, REQUESTS, 7);
    expect(count.wrong).toBe(0);
    // The proof is worth what it was tried on: every mishap, often, and still most requests were answered.
    for (const kind of MISHAPS) expect(count.mishaps.get(kind) ?? 0, kind).toBeGreaterThan(50);
    expect(count.answered).toBeGreaterThan(REQUESTS / 2);
    expect(count.answered + count.refused + count.unanswered).toBe(REQUESTS);
  },
  WITHIN_MS,
);
