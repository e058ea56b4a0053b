import { pino } from 'pino';
import { expect, test } from 'vitest';
import { refusedGuestLog } from '../../src/app/refused-guest-log.ts';
import { MINUTE, plus } from '../../src/core/time.ts';
import { fakeClock } from '../support/fake-clock.ts';

function told() {
  const clock = fakeClock();
  const lines: string[] = [];
  const log = pino(
    {},
    {
      write(line: string) {
        const { user, topic, count } = JSON.parse(line) as { user: string; topic?: string; count: number };
        lines.push([user, ...(topic === undefined ? [] : [topic]), String(count)].join(' '));
      },
    },
  );
  return { clock, lines, refused: refusedGuestLog(log, clock) };
}

test('a device that publishes where it may not is told of once a minute, with how often it did', () => {
  const { clock, lines, refused } = told();
  const deny = (user: string): void => refused({ why: 'topic', user, address: '192.0.2.1', topic: 'other' });
  for (let i = 0; i < 5; i += 1) deny('pond.a');
  deny('pond.b');
  clock.set(plus(clock.now(), MINUTE));
  deny('pond.a');
  expect(lines).toEqual(['pond.a other 1', 'pond.b other 1', 'pond.a other 5']);
});

test('strangers cannot fill the log with the names that they try, nor with long ones', () => {
  const { lines, refused } = told();
  for (let i = 0; i < 1_000; i += 1)
    refused({ why: 'password', user: `x${String(i)}${'y'.repeat(60_000)}`, address: '192.0.2.1', topic: null });
  refused({ why: 'shared-user-beyond', user: 'instruments', address: '192.0.2.1', topic: null });
  expect(lines).toHaveLength(2);
  expect(lines[0]?.length).toBeLessThan(250);
});
