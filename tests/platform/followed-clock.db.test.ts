import { expect, test } from 'vitest';
import { MINUTE, plus } from '../../src/core/time.ts';
import { followedClock } from '../../src/platform/clock.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();

test('a host whose clock is off shows the time of the database, and goes on from it while that is away', async () => {
  const host = fakeClock();
  const start = host.now();
  let isAway = false;
  const database = {
    read: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(plus(host.now(), 7 * MINUTE))),
  };
  const clock = followedClock(db, database, host);
  expect(clock.now()).toBe(start);
  await clock.follow();
  expect(clock.now()).toBe(start + 7 * MINUTE);
  isAway = true;
  host.advance(MINUTE);
  await clock.follow();
  expect(clock.now()).toBe(start + 8 * MINUTE);
});
