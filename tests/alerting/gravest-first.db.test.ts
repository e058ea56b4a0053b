import { expect, it } from 'vitest';
import { claim } from '../../alerting/io/attempt-claim.ts';
import type { Ladder, Rung } from '../../alerting/policy.ts';
import { SECOND } from '../../src/core/time.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { openedBench } from './desk-bench.ts';
import { POLICY } from './story.ts';

const { db } = await testDatabase();

it('what is due is begun gravest first, whatever was due before it; of one level the one that has waited longest', async () => {
  const clock = fakeClock();
  for (const level of ['orange', 'red', 'yellow', 'orange', 'red'] as const) {
    await openedBench(db, level, { clock });
    clock.advance(SECOND);
  }
  const { attempts: claimed } = await claim(db, ['queued', 'claimed'], clock.now(), {
    leaseMs: 20 * SECOND,
    most: 200,
  });
  const order = claimed.map(({ level }) => level);
  expect(order).toEqual([...order].toSorted((a, b) => GRAVEST.indexOf(a) - GRAVEST.indexOf(b)));
  expect(new Set(order)).toEqual(new Set(['red', 'orange', 'yellow']));
  const reds = claimed.filter(({ level }) => level === 'red').map(({ due_at }) => due_at.getTime());
  expect(reds).toEqual(reds.toSorted((a, b) => a - b));
});

it('of one level somebody at each site is called before anybody else, however many wait', async () => {
  await db.updateTable('attempt').set({ status: 'ended' }).execute();
  const clock = fakeClock();
  const allAtOnce: Rung = {
    who: ['officer', 'principal', 'deputy'].map((contactId) => ({ contactId })),
    media: ['voice'],
    everyone: false,
    answerWithinMs: 60 * SECOND,
    attempts: 1,
    attemptEveryMs: 60 * SECOND,
  };
  const red: Ladder = { answeredBy: ['principal'], rungs: [allAtOnce] };
  const policy = { ...POLICY, ladders: { ...POLICY.ladders, red } };
  for (let i = 0; i < 3; i += 1) await openedBench(db, 'red', { clock, policy });
  const { attempts, isFull } = await claim(db, ['queued', 'claimed'], clock.now(), { leaseMs: 20 * SECOND, most: 3 });
  expect(new Set(attempts.map(({ site_id }) => site_id)).size).toBe(3);
  expect(isFull).toBe(true);
});

const GRAVEST = ['red', 'orange', 'yellow', 'blue'];
