import { expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { deskBench } from './desk-bench.ts';

const { db } = await testDatabase();

it('takes a level change, the callout, its attempts, its events and the position in one transaction', async () => {
  const { desk, logLevel, attempts, events, callout, clock } = await deskBench(db);
  const position = await logLevel('red');
  expect(await desk.followLevelChanges()).toBe(1);
  expect(await desk.followLevelChanges()).toBe(0);
  expect(await attempts()).toEqual([
    '1 principal red voice queued',
    '2 officer orange voice queued',
    '3 room yellow sms queued',
  ]);
  expect((await events()).slice(0, 2)).toEqual(['opened', 'attempt-queued']);
  expect((await callout()).due_at?.getTime()).toBe(clock.now() + MINUTE);
  const row = await db
    .selectFrom('log_position')
    .selectAll()
    .where('reader', '=', 'alerting/level_change')
    .executeTakeFirst();
  expect(row?.position).toBe(position);
});

it('R4 two level changes at once open one callout', async () => {
  const { logLevel, desk, anotherDesk, siteId } = await deskBench(db);
  await Promise.all([logLevel('orange', 'level'), logLevel('orange', 'pipe')]);
  await Promise.all([desk.followLevelChanges(), anotherDesk().followLevelChanges(), desk.followLevelChanges()]);
  const open = await db.selectFrom('callout').select('id').where('site_id', '=', siteId).execute();
  expect(open).toHaveLength(1);
  const alarms = await db.selectFrom('alarm').select('target').where('site_id', '=', siteId).execute();
  expect(alarms.map(({ target }) => target).toSorted()).toEqual([`${siteId}/level`, `${siteId}/pipe`]);
});

it('answers a call by its digit, once however often the carrier says so', async () => {
  const { logLevel, desk, attempt, attempts, callout } = await deskBench(db);
  await logLevel('red');
  await desk.followLevelChanges();
  const principal = await attempt(1);
  const wrong = { reportId: 'a', event: 'digit', digit: String((Number(principal.code) + 1) % 10) } as const;
  const first = await desk.report(principal.id, wrong);
  expect(first.gather).toEqual({ digits: 1 });
  expect(await desk.report(principal.id, wrong)).toEqual(first);
  const right = { reportId: 'b', event: 'digit', digit: principal.code } as const;
  const replies = await Promise.all([desk.report(principal.id, right), desk.report(principal.id, right)]);
  expect(replies).toEqual(Array(2).fill({ say: '已确认，红色，库水位。', hangup: true }));
  expect((await attempts())[0]).toBe('1 principal red voice ended confirmed');
  expect((await callout()).state.answers).toHaveLength(1);
});

it('E1 a deadline that passes while nobody runs is taken once, one rung, at the next start', async () => {
  const { logLevel, desk, anotherDesk, clock, attempts } = await deskBench(db);
  await logLevel('orange');
  await desk.followLevelChanges();
  clock.advance(60 * MINUTE);
  const started = anotherDesk();
  await Promise.all([started.takeDue(), anotherDesk().takeDue()]);
  await started.takeDue();
  expect((await attempts()).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    '1 officer',
    '2 room',
    '3 engineer',
    '4 officer',
  ]);
  clock.advance(59 * SECOND);
  await started.takeDue();
  expect(await attempts()).toHaveLength(4);
});
