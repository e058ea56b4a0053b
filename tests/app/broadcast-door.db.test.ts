import { beforeEach, expect, it } from 'vitest';
import { withBroadcasts } from '../../src/app/broadcast-door.ts';
import { AppError } from '../../src/core/errors.ts';
import type { CalloutDesk } from '../../src/gateway/ports.ts';
import { broadcastBench, group, person, phone } from '../alerting/broadcast/broadcast-bench.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();
type Phones = Pick<CalloutDesk, 'report' | 'reply'>;

/** Callouts that know no attempt, and take every reply as one of theirs: each is a wrong code. */
let wrongCodes: string[] = [];
const callouts: Phones = {
  report: () => Promise.reject(new AppError('attempt/not-found', 'there is no such attempt')),
  reply: (_from, text) => {
    wrongCodes.push(text);
    return Promise.resolve(null);
  },
};
const away: Phones = {
  report: () => Promise.reject(new AppError('database/away', 'away')),
  reply: () => Promise.reject(new AppError('database/away', 'away')),
};
const NOBODY = '7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0fff';

beforeEach(() => {
  wrongCodes = [];
});

it('a report on a call of a broadcast is found where callouts know none; of nothing it is still of nothing', async () => {
  const bench = await broadcastBench(db, { own: group(person('gao', phone(31))) });
  const id = await bench.press();
  const door = withBroadcasts(callouts, bench.desk);
  const { id: attemptId } = await bench.attempt(id, 1, 'voice', 1);
  expect(await door.report(attemptId, { reportId: 'a', event: 'digit', digit: '1' })).toMatchObject({ hangup: true });
  expect(await bench.standings(id)).toEqual(['gao safe']);
  await expect(door.report(NOBODY, { reportId: 'a', event: 'answered' })).rejects.toMatchObject({
    code: 'attempt/not-found',
  });
});

it('what callouts could not take is not taken here either: the carrier reports again', async () => {
  const bench = await broadcastBench(db, { own: group(person('gao', phone(32))) });
  const door = withBroadcasts(away, bench.desk);
  await expect(door.report(NOBODY, { reportId: 'a', event: 'answered' })).rejects.toMatchObject({
    code: 'database/away',
  });
  await expect(door.reply(phone(32), '4711', 'm')).rejects.toMatchObject({ code: 'database/away' });
});

it('"1" to a broadcast is no wrong code of a callout; what says nothing goes to callouts, and is kept', async () => {
  const bench = await broadcastBench(db, { own: group(person('gao', phone(33))) });
  const id = await bench.press();
  const door = withBroadcasts(callouts, bench.desk);
  expect(await door.reply(phone(33), '１', 'm1')).toEqual({});
  expect(wrongCodes).toEqual([]);
  expect(await door.reply(phone(33), '4711', 'm2')).toBeNull();
  expect(wrongCodes).toEqual(['4711']);
  expect((await bench.events(id)).filter(({ type }) => type === 'reply-unclear')).toHaveLength(1);
  await bench.desk.end(id, { note: 'over', unaccounted: true }, 'chief');
  expect(await door.reply(phone(33), '1', 'm3')).toBeNull();
  expect(wrongCodes).toEqual(['4711', '1']);
});
