import { expect, it } from 'vitest';
import { afresh, answered, firstTurn, nextTurn, unanswered } from '../../../adapters/modbus/poll-schedule.ts';
import type { Turn } from '../../../adapters/modbus/poll-schedule.ts';

const EVERY = 10_000;
const PROBE = 1_000;

it('polls stand on a grid: however long each takes, nothing drifts', () => {
  let turn = firstTurn(EVERY, 3_210);
  const at: number[] = [];
  let now = 3_210;
  for (let i = 0; i < 5; i += 1) {
    now = Math.max(now, turn.dueAt) + 37 * (i + 1);
    turn = answered(turn, now);
    at.push(turn.dueAt);
  }
  expect(at).toEqual([10_000, 20_000, 30_000, 40_000, 50_000]);
});

it('of the places of the grid that passed, the newest is made up for, and the others are left out and counted', () => {
  const turn = answered({ everyMs: EVERY, dueAt: 20_000, polledAt: 0, failures: 0, missed: 0 }, 52_000);
  expect(turn).toEqual({ everyMs: EVERY, dueAt: 50_000, polledAt: 52_000, failures: 0, missed: 2 });
});

it('a dead device is asked once more, then at its period, then more and more seldom', () => {
  let turn: Turn = { everyMs: EVERY, dueAt: 20_000, polledAt: 0, failures: 0, missed: 0 };
  const pauses: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    const before = turn.dueAt;
    turn = unanswered(turn, before);
    pauses.push(turn.dueAt - before);
  }
  expect(pauses).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
  expect(afresh(turn, 7).dueAt).toBe(7);
});

it('a probe goes where it fits before the next poll, and not for ever nowhere', () => {
  const live: Turn = { everyMs: EVERY, dueAt: 20_000, polledAt: 0, failures: 0, missed: 0 };
  const dead: Turn = { everyMs: EVERY, dueAt: 12_000, polledAt: 0, failures: 3, missed: 0 };
  expect(nextTurn([live, dead], 12_000, PROBE)).toEqual({ turn: 1 });
  expect(nextTurn([live, dead], 19_500, PROBE)).toEqual({ at: 20_000 });
  expect(nextTurn([live, dead], 20_000, PROBE)).toEqual({ turn: 0 });
  expect(nextTurn([{ ...live, dueAt: 52_500 }, dead], 52_000, PROBE)).toEqual({ turn: 1 });
  expect(nextTurn([live, { ...dead, dueAt: 15_000 }], 12_000, PROBE)).toEqual({ at: 15_000 });
});
