import { expect, it } from 'vitest';
import { claim } from '../../alerting/io/attempt-claim.ts';
import { SECOND } from '../../src/core/time.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { openedBench } from './desk-bench.ts';

const { db } = await testDatabase();

it('what is due is begun gravest first, whatever was due before it; of one level the one that has waited longest', async () => {
  const clock = fakeClock();
  for (const level of ['orange', 'red', 'yellow', 'orange', 'red'] as const) {
    await openedBench(db, level, { clock });
    clock.advance(SECOND);
  }
  const claimed = await claim(db, ['queued', 'claimed'], clock.now(), 20 * SECOND);
  const order = claimed.map(({ level }) => level);
  expect(order).toEqual([...order].toSorted((a, b) => GRAVEST.indexOf(a) - GRAVEST.indexOf(b)));
  expect(new Set(order)).toEqual(new Set(['red', 'orange', 'yellow']));
  const reds = claimed.filter(({ level }) => level === 'red').map(({ due_at }) => due_at.getTime());
  expect(reds).toEqual(reds.toSorted((a, b) => a - b));
});

const GRAVEST = ['red', 'orange', 'yellow', 'blue'];
