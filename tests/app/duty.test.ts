import { pino } from 'pino';
import { expect, test } from 'vitest';
import { duty, expectWork, hang } from '../../src/app/duty.ts';
import { eventually } from '../support/eventually.ts';

const log = pino({ level: 'silent' });

test('a duty that works is not idle; one that hangs, or only fails, is, and is named', async () => {
  const stop = new AbortController();
  let rounds = 0;
  const working = duty(log, stop.signal, 'works', () => Promise.resolve((rounds += 1)), 1);
  const failing = duty(log, stop.signal, 'fails', () => Promise.reject(new Error('no')), 1);
  const hanging = duty(log, stop.signal, 'hangs', () => new Promise(() => {}), 1);
  await eventually(() => failing.idleMs() > 100 && hanging.idleMs() > 100);
  const before = rounds;
  await eventually(() => rounds > before);
  expect(working.idleMs()).toBeLessThan(Math.min(failing.idleMs(), hanging.idleMs()));
  stop.abort();
  await working.done;
});

test('a heartbeat is refused while a duty does not get on', () => {
  const idle = (name: string, ms: number) => ({ name, idleMs: () => ms });
  expect(() => expectWork([idle('climb', 30), idle('call', 5)], 30)).not.toThrow();
  expect(() => expectWork([idle('climb', 31), idle('call', 5)], 30)).toThrow('climb');
});

test('a round that never comes to its end is a hang, and is named; rounds that work or fail are none', async () => {
  const stop = new AbortController();
  const working = duty(log, stop.signal, 'works', () => Promise.resolve(), 1);
  const failing = duty(log, stop.signal, 'fails', () => Promise.reject(new Error('no')), 1);
  const hanging = duty(log, stop.signal, 'hangs', () => new Promise(() => {}), 1);
  await expect(hang([working, failing, hanging], 200, stop.signal)).rejects.toThrow('"hangs"');
  stop.abort();
  await Promise.all([working.done, failing.done]);
});
