import { beforeEach, expect, test } from 'vitest';
import type { AcquiredMessage } from '../../src/contract/acquire/acquired-message.ts';
import { acquiredTopic } from '../../src/contract/acquire/acquired-message.ts';
import { newestLines } from '../../src/app/line-book.ts';
import { instant } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { NOON, judges, message, noonPlus } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin, clock } = judges(database);

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(database, { sensors: [{ code: 'level' }], rules: [] });
});

const acquired = (payload: AcquiredMessage, site = 'pond') =>
  message(JSON.stringify(payload), acquiredTopic(site, 'bus-1'), clock.now());
const value = (minute: number, number: number | null, over: object = {}) => ({
  values: [{ sensor: 'level', observedAt: noonPlus(minute), receivedAt: NOON, value: number, ...over }],
});
const said = (state: 'connected' | 'faulty', fault: 'closed' | null = null, device: string | null = null) => ({
  said: [{ device, state, fault, detail: null, at: instant(NOON) }],
});
const stored = async () =>
  (await db.selectFrom('reading').selectAll().orderBy('observed_at').execute()).map((row) => [
    row.value,
    row.quality,
    row.flags,
  ]);

test('what a line acquires is a reading like any other, and what is bad has no number', async () => {
  await using session = await begin();
  const told = [acquired(value(-3, 5)), acquired(value(-2, 99, { quality: 'bad', why: 'sensor-fault' }))];
  await session.commit.take(told);
  await session.commit.take([
    acquired(value(-3, 5)),
    acquired(value(-1, 6, { quality: 'uncertain', why: 'last-known' })),
  ]);
  expect(await stored()).toEqual([
    [5, 'good', null],
    [null, 'doubtful', ['sensor-fault']],
    [6, 'doubtful', ['last-known']],
  ]);
});

test('a line of a site gives nothing to another, whatever it calls its sensors', async () => {
  await using session = await begin();
  const { readings, refusals } = await session.commit.take([acquired(value(-3, 5), 'lake')]);
  expect([readings, refusals.map(({ reason, siteId }) => [reason, siteId])]).toEqual([
    [],
    [['sensor-unknown', 'lake']],
  ]);
});

test('what a line says of itself is on record once, also after a restart of the judge', async () => {
  {
    await using session = await begin();
    await session.commit.take([
      acquired(said('connected')),
      acquired(said('connected')),
      acquired(said('faulty', 'closed')),
    ]);
    await session.commit.take([acquired(said('faulty', 'closed')), acquired(said('faulty', 'closed', 'slave-1'))]);
    await session.commit.take([acquired(said('connected'), 'nowhere')]);
  }
  await using again = await begin();
  await again.commit.take([acquired(said('faulty', 'closed'))]);
  const rows = await db.selectFrom('line_change').select(['line', 'device', 'state', 'fault']).orderBy('id').execute();
  expect(rows.map((row) => Object.values(row))).toEqual([
    ['bus-1', null, 'connected', null],
    ['bus-1', null, 'faulty', 'closed'],
    ['bus-1', 'slave-1', 'faulty', 'closed'],
  ]);
  expect(again.memory.lines.down()).toEqual(
    new Map(['pond/bus-1', 'pond/bus-1/slave-1'].map((key) => [key, { since: NOON, atOnce: false }])),
  );
  expect(await newestLines(db, ['pond'])).toHaveLength(2);
});
