import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { clockWatch } from '../../src/app/clock-watch.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import { clockSight } from '../../src/gateway/live/clock-sight.ts';
import { databaseClock, hostClock } from '../../src/platform/clock.ts';
import type { NtpServer } from '../../src/platform/ntp.ts';
import { ntpDouble } from '../platform/ntp-double.ts';
import { testDatabase } from '../support/test-database.ts';

const { db, pool } = await testDatabase();
let lines: { level: number; msg: string; offsetMs?: number; against?: string }[] = [];
const log = pino(
  { level: 'info' },
  { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]) },
);
/** Of the way there and back. */
const WITHIN_MS = 250;
const near = (ms: number): unknown => expect.toSatisfy((value: number) => Math.abs(value - ms) < WITHIN_MS);

beforeEach(async () => {
  lines = [];
  await pool.query('truncate host_clock');
});

const watched = (ntpServers: readonly NtpServer[], hostAheadMs = 0) =>
  clockWatch({
    db,
    clock: databaseClock(),
    host: hostClock(hostAheadMs),
    ntpServers,
    log,
    signal: new AbortController().signal,
    betweenMs: 0,
  });
const row = () => db.selectFrom('host_clock').select(['offset_ms', 'against']).executeTakeFirst();
const audited = async () =>
  (await db.selectFrom('audit').select('facts').where('action', '=', 'host/clock').orderBy('id').execute()).map(
    ({ facts }) => facts,
  );

test('a clock that becomes wrong is told once and audited, and told again when it is right', async () => {
  let aheadMs = 0;
  await using server = await ntpDouble({ aheadMs: () => aheadMs });
  const look = watched([server]);
  const before = (await audited()).length;
  await look();
  expect(await row()).toEqual({ offset_ms: near(0), against: 'ntp' });
  expect(lines).toEqual([]);
  aheadMs = 3_000;
  await look();
  await look();
  expect(lines).toMatchObject([{ level: 50, offsetMs: near(3_000), against: 'ntp' }]);
  aheadMs = 0;
  await look();
  expect(lines.map(({ level }) => level)).toEqual([50, 30]);
  expect((await audited()).slice(before)).toEqual([
    { offsetMs: near(3_000), against: 'ntp' },
    { offsetMs: near(0), against: 'ntp' },
  ]);
});

test('a process that starts anew tells again what is wrong, and audits it no second time', async () => {
  await using server = await ntpDouble({ aheadMs: () => -5_000 });
  const before = (await audited()).length;
  await watched([server])();
  await watched([server])();
  expect(lines.map(({ level }) => level)).toEqual([50, 50]);
  expect((await audited()).length).toBe(before + 1);
});

test('without a server that tells the time the database is compared with, and the silence is told once', async () => {
  await using silent = await ntpDouble({ leap: 3 });
  const look = watched([silent], 4_000);
  await look();
  await look();
  expect(await row()).toEqual({ offset_ms: near(-4_000), against: 'database' });
  expect(lines.filter(({ level }) => level === 40)).toHaveLength(1);
});

test('the gateway sees what was found, and nothing when it is old', async () => {
  await using server = await ntpDouble({ aheadMs: () => 60_000 });
  await watched([server])();
  using sight = clockSight(db);
  await sight.look();
  const now = Date.now();
  expect(sight.at(instant(now))).toEqual({ offsetMs: near(60_000), against: 'ntp', ok: false });
  expect(sight.at(instant(now + 26 * MINUTE))).toEqual({ offsetMs: null, against: null, ok: true });
});
