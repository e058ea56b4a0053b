import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DAY } from '../../src/core/time.ts';
import { pause } from '../../src/platform/back-off.ts';

it('E37 a pause of thirty days is not over at once', async () => {
  const stop = new AbortController();
  let isOver = false;
  const waiting = Promise.all([pause(30 * DAY, stop.signal), pause(Number.POSITIVE_INFINITY, stop.signal)]).then(() => {
    isOver = true;
  });
  // A timer of one millisecond, which is what a longer one than it can count becomes, has long fired by then.
  await pause(20, stop.signal);
  await turn();
  expect(isOver).toBe(false);
  stop.abort();
  await waiting;
});
