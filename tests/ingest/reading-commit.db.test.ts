import { beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../adapters/adapter.ts';
import { databaseStore } from '../../ingest/io/commit-store.ts';
import { SourceCounts } from '../../ingest/source-counts.ts';
import { readingCommit } from '../../ingest/io/reading-commit.ts';
import { takeLease } from '../../ingest/io/lease.ts';
import type { Judge } from '../../ingest/io/judge-port.ts';
import { judgement } from '../../src/app/judgement.ts';
import { loadPartition } from '../../src/app/partition-memory.ts';
import pg from 'pg';
import { testDatabase } from '../support/test-database.ts';
import { apply, countReadings, levelStory } from '../support/watched-pond.ts';
import { NOON, judges, measured, message, noonPlus } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin } = judges(database);
const LIMITS = { blue: 10, yellow: 20, orange: 30, red: 40 };

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(database, {
    sensors: [{ code: 'level' }, { code: 'other' }],
    rules: [{ sensor: 'level', limits: LIMITS, deadband: 1 }],
  });
});

const readings = async () =>
  (await db.selectFrom('reading').selectAll().orderBy('observed_at').execute()).map((row) => [
    (row.observed_at.getTime() - NOON) / 60_000,
    row.value,
    row.quality,
    row.flags,
  ]);
const quarantined = () => db.selectFrom('quarantine').selectAll().orderBy('id').execute();
const at = (minutes: number) => new Date(noonPlus(minutes)).toISOString();

test('readings, states and level changes are stored together', async () => {
  await using session = await begin();
  const committed = await session.commit.take([measured(-3, 5), measured(-2, 35), measured(-1, 35.5)]);
  expect(committed.readings).toHaveLength(3);
  expect(await readings()).toEqual([
    [-3, 5, 'good', null],
    [-2, 35, 'good', null],
    [-1, 35.5, 'good', null],
  ]);
  expect(await levelStory(database)).toEqual([`pond/level normal->orange ${at(-2)}`]);
  const [state] = await db.selectFrom('level_state').selectAll().execute();
  expect(state).toMatchObject({
    target: 'pond/level',
    level: 'orange',
    state_version: 1,
    changed_at: new Date(at(-2)),
  });
});

test('what comes twice is stored once and judged once, in one batch, in the next and after a restart', async () => {
  const batch = (): Delivery[] => [measured(-3, 5), measured(-2, 35), measured(-2, 35)];
  {
    await using session = await begin();
    await session.commit.take(batch());
    expect((await session.commit.take(batch())).readings).toEqual([]);
  }
  await using again = await begin();
  await again.commit.take(batch());
  expect(await countReadings(database)).toBe(2);
  expect(await levelStory(database)).toHaveLength(1);
});

test('another value for the same instant is kept as a conflict, judged on arrival, once, and told as doubtful', async () => {
  const first = measured(-3, 5);
  const second = measured(-3, 45);
  {
    await using session = await begin();
    await session.commit.take([first]);
    await session.commit.take([second]);
  }
  await using again = await begin();
  await again.commit.take([first, second, measured(1, 45)]);

  expect(await readings()).toEqual([
    [-3, 5, 'good', null],
    [1, 45, 'good', null],
  ]);
  const conflicts = await db.selectFrom('reading_conflict').selectAll().execute();
  expect(conflicts).toMatchObject([{ observed_at: new Date(at(-3)), value: 45, flags: ['conflict'] }]);
  expect(await levelStory(database)).toEqual([`pond/level normal->red ${at(0)}`, `pond/level red->red ${at(1)}`]);
  const told = await db.selectFrom('visibility_change').select(['visibility', 'cause']).orderBy('position').execute();
  expect(told).toEqual([
    { visibility: 'doubtful', cause: 'doubtful-reading' },
    { visibility: 'seen', cause: 'data-returned' },
  ]);
});

test('a reading that comes late is stored as late and not judged', async () => {
  await using session = await begin();
  await session.commit.take([measured(-2, 5)]);
  await session.commit.take([measured(-3, 45)]);
  expect(await readings()).toEqual([
    [-3, 45, 'good', ['late']],
    [-2, 5, 'good', null],
  ]);
  expect(await levelStory(database)).toEqual([]);
});

test('a clock that cannot be believed is judged on arrival, once; nothing becomes late by it, nor after a restart', async () => {
  {
    await using session = await begin();
    await session.commit.take([measured(600, 45)]);
  }
  await using again = await begin();
  await again.commit.take([measured(-1, 5), measured(600, 45), measured(2, 5)]);
  expect(await readings()).toEqual([
    [-1, 5, 'good', null],
    [2, 5, 'good', null],
    [600, 45, 'doubtful', ['clock-ahead']],
  ]);
  const changes = await db.selectFrom('level_change').selectAll().orderBy('position').execute();
  expect(changes.map((row) => [row.to_level, row.cause, (row.observed_at.getTime() - NOON) / 60_000])).toEqual([
    ['red', 'reached-doubtful', 0],
    // What was measured before the red began does not end it; nothing agrees with it, so it ends at once.
    ['normal', 'receded', 2],
  ]);
});

describe('what is judged on arrival makes no true time late', () => {
  const restart = [false, true];
  const stepsOf = async () => (await levelStory(database)).map((line) => line.split(' ').slice(1).join(' '));

  test.each(restart)('a clock reset to 1970, then a buffered hour at red (restarted: %s)', async (isRestarted) => {
    let session = await begin();
    await session.commit.take([measured(-61, 5)]);
    await session.commit.take([message(JSON.stringify({ t: 1000, v: 5 }))]);
    if (isRestarted) {
      await session[Symbol.asyncDispose]();
      session = await begin();
    }
    await session.commit.take([measured(-40, 45), measured(-20, 45), measured(-5, 45)]);
    expect(await stepsOf()).toEqual([`normal->red ${at(-40)}`]);
    await session[Symbol.asyncDispose]();
  });

  test.each(restart)('one conflict, then reds of a clock that is slow (restarted: %s)', async (isRestarted) => {
    let session = await begin();
    await session.commit.take([measured(-15, 5)]);
    await session.commit.take([measured(-15, 6)]);
    if (isRestarted) {
      await session[Symbol.asyncDispose]();
      session = await begin();
    }
    for (let i = -14; i < 0; i += 1) await session.commit.take([measured(i, 45)]);
    expect(await stepsOf()).toEqual([`normal->red ${at(-14)}`]);
    await session[Symbol.asyncDispose]();
  });

  test('a doubtful orange on arrival, then reds of the hour before: the red is told, dated no earlier than the orange', async () => {
    await using session = await begin();
    await session.commit.take([measured(600, 35)]);
    await session.commit.take([measured(-40, 45), measured(-20, 5), measured(-5, 5)]);
    expect(await stepsOf()).toEqual([`normal->orange ${at(0)}`, `orange->red ${at(0)}`]);
    await session.commit.take([measured(1, 5)]);
    expect((await stepsOf()).slice(2)).toEqual([`red->orange ${at(1)}`]);
  });
});

test('R15 a null between good values is quarantined with its bytes; the level stays', async () => {
  await using session = await begin();
  await session.commit.take([measured(-3, 35), measured(-2, null), message('{"v":"0"}'), measured(-1, 35)]);
  expect(await levelStory(database)).toEqual([`pond/level normal->orange ${at(-3)}`]);
  expect(await quarantined()).toMatchObject([
    { reason: 'value-null', detail: '$.v is null', payload: Buffer.from(measured(-2, null).payload) },
    { reason: 'value-not-a-number', site_id: 'pond', topic: 'pond/level/data' },
  ]);
});

test('an unknown sensor and a topic of nobody are quarantined, a NUL in it replaced; the stream goes on', async () => {
  await using session = await begin();
  await session.commit.take([measured(-2, 5, 'lev\0el'), message('{}', 'else\0where'), measured(-1, 6)]);
  expect(await readings()).toHaveLength(1);
  expect((await quarantined()).map(({ reason, topic, detail }) => [reason, topic, detail])).toEqual([
    ['sensor-unknown', 'pond/lev\u{FFFD}el/data', 'the site has no sensor lev\u{FFFD}el'],
    ['topic-unknown', 'else\u{FFFD}where', 'no site has this topic'],
  ]);
});

test('of a very long topic the beginning is kept', async () => {
  await using session = await begin();
  const long = (i: number) => `pond/${String(i).padStart(5, '0')}${'x'.repeat(60_000)}/data`;
  await session.commit.take(Array.from({ length: 3 }, (_, i) => message('{"t":1,"v":2}', long(i))));
  const rows = await quarantined();
  expect([rows.length, rows.at(-1)?.topic]).toEqual([3, long(2).slice(0, 1_000)]);
});

describe('poison', () => {
  const EVIL = 0.5;
  /** A commit whose judge does something evil when it sees that value. */
  async function withEvil(evil: (verdict: ReturnType<Judge['judge']>) => ReturnType<Judge['judge']>) {
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => {});
    await client.connect();
    const { clock } = judges(database);
    const lease = await takeLease(client, { partition: 'main', processId: 'evil', now: clock.now() });
    if (lease === undefined) throw new Error('no lease');
    const { registry, pairing, sensors } = await loadPartition(client, db, { partition: 'main', startedAt: NOON });
    const good = judgement(sensors, clock.now());
    const judge: Judge = {
      ...good,
      judge(admitted) {
        const verdict = good.judge(admitted);
        return admitted.some(({ reading }) => reading.value === EVIL) ? evil(verdict) : verdict;
      },
    };
    const nobodyWorks = { revision: 0, reload: () => Promise.reject(new Error('nobody works on a point here')) };
    const store = databaseStore(client, lease, nobodyWorks);
    const commit = readingCommit({ store, registry, pairing, judge, counts: new SourceCounts(), clock });
    return { commit, [Symbol.asyncDispose]: () => client.end() };
  }
  const batch = () => Array.from({ length: 33 }, (_, i) => measured(i - 40, i === 13 || i === 29 ? EVIL : 10 + i));

  test.each([
    [
      'a rule that throws',
      () => {
        throw new RangeError('no such window');
      },
      /no such window/,
    ],
    [
      'a NUL in a text',
      (verdict) => ({ ...verdict, statements: [{ text: 'select $1::text', values: ['a\0b'] }] }),
      /invalid byte sequence|UTF8/,
    ],
    [
      'a text that cannot be made',
      (verdict) => ({
        ...verdict,
        statements: [
          {
            text: 'select $1::text',
            values: [
              {
                toPostgres() {
                  throw new RangeError('Invalid string length');
                },
              },
            ],
          },
        ],
      }),
      /Invalid string length/,
    ],
    [
      'a value that may not be stored',
      (verdict) => ({ ...verdict, statements: [{ text: 'insert into site values (null)' }] }),
      /null value/,
    ],
  ] satisfies [string, Parameters<typeof withEvil>[0], RegExp][])(
    '%s takes only its own reading out of the batch',
    async (_name, evil, detail) => {
      await using house = await withEvil(evil);
      const deliveries = batch();
      const { refusals } = await house.commit.take(deliveries);
      expect(await countReadings(database)).toBe(31);
      expect(refusals).toHaveLength(2);
      const rows = await quarantined();
      expect(rows.map(({ reason, payload }) => [reason, payload])).toEqual([
        ['poison', Buffer.from(deliveries[13]?.payload ?? [])],
        ['poison', Buffer.from(deliveries[29]?.payload ?? [])],
      ]);
      for (const row of rows) expect(row.detail).toMatch(detail);
      expect((await levelStory(database)).map((line) => line.split(' ')[1])).toEqual([
        'normal->blue',
        'blue->yellow',
        'yellow->orange',
        'orange->red',
      ]);
    },
  );

  test('a failure that passes quarantines nothing and stores nothing', async () => {
    await using house = await withEvil((verdict) => ({
      ...verdict,
      statements: [{ text: 'select pg_terminate_backend(pg_backend_pid())' }],
    }));
    await expect(house.commit.take(batch())).rejects.toThrow(/terminat/);
    expect(await countReadings(database)).toBe(0);
    expect(await quarantined()).toEqual([]);
  });
});
