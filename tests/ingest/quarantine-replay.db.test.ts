import { beforeEach, expect, test } from 'vitest';
import type { JudgeSession } from '../../src/app/judge-session.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { NOON, judges, measured, message, noonPlus } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin, clock } = judges(database);
const level = { code: 'level' };

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(database, { sensors: [{ code: 'first' }], rules: [] });
  clock.set(noonPlus(60));
});

const ask = async (siteId = 'pond') => {
  await pool.query(
    `insert into quarantine_replay (site_id, requested_by, requested_at, up_to)
     select $1, 'test', now(), coalesce(max(id), 0) from quarantine`,
    [siteId],
  );
};
/** Until nothing is left to do. */
const replayAll = async (session: JudgeSession): Promise<number> => {
  let readings = 0;
  for (let next = await session.replay(); next !== null; next = await session.replay())
    readings += next.readings.length;
  return readings;
};
const results = async () =>
  (await db.selectFrom('quarantine_replay').selectAll().orderBy('id').execute()).map(({ stored, refused, done_at }) => [
    stored,
    refused,
    done_at !== null,
  ]);
const quarantined = async () =>
  (await db.selectFrom('quarantine').selectAll().orderBy('id').execute()).map(({ reason, replayed_at }) => [
    reason,
    replayed_at?.getTime() ?? null,
  ]);
const readings = async () =>
  (await db.selectFrom('reading').selectAll().orderBy('observed_at').execute()).map(
    ({ observed_at, received_at, value, flags }) => [observed_at.getTime(), received_at.getTime(), value, flags],
  );

test('what was refused becomes the readings that it would have been, with the time at which it came', async () => {
  {
    await using before = await begin();
    await before.commit.take([measured(-3, 1), measured(-2, 2), message('{', 'pond/level/data'), message('{}', 'x')]);
  }
  await apply(database, { sensors: [level], rules: [] });
  await ask();
  await using session = await begin();
  expect(await replayAll(session)).toBe(2);
  expect(await readings()).toEqual([
    [noonPlus(-3), NOON, 1, null],
    [noonPlus(-2), NOON, 2, null],
  ]);
  expect(await quarantined()).toEqual([
    ['sensor-unknown', noonPlus(60)],
    ['sensor-unknown', noonPlus(60)],
    ['sensor-unknown', null],
    ['topic-unknown', null],
  ]);
  expect(await results()).toEqual([[2, 2, true]]);
  expect(await session.replay()).toBeNull();
});

test('R24 what comes out of the quarantine too late to be judged is stored as late', async () => {
  {
    await using before = await begin();
    await before.commit.take([measured(-3, 1000), measured(-1, 2000)]);
  }
  await apply(database, { sensors: [level], rules: [{ sensor: 'level', limits: { red: 900 } }] });
  await using session = await begin();
  await session.commit.take([measured(-2, 5)]);
  await ask();
  await replayAll(session);
  expect((await readings()).map(([, , value, flags]) => [value, flags])).toEqual([
    [1000, ['late']],
    [5, null],
    [2000, ['out-of-range']],
  ]);
});

test('what came long ago does not blind a sensor that is heard now', async () => {
  {
    await using before = await begin();
    await before.commit.take([measured(-3, 1)]);
  }
  await apply(database, { sensors: [level], rules: [] });
  clock.set(noonPlus(10));
  await using session = await begin();
  clock.set(noonPlus(60));
  await session.commit.take([measured(59, 5, 'level', noonPlus(60))]);
  await ask();
  expect(await replayAll(session)).toBe(1);
  clock.set(noonPlus(70));
  await session.commit.tick(true);
  expect(await db.selectFrom('visibility_change').selectAll().execute()).toEqual([]);
});

test('a message that is partly good is told once for each reason, however often it is read again', async () => {
  const list = JSON.stringify([
    { t: noonPlus(-3), v: 1 },
    { t: noonPlus(-2), v: null },
  ]);
  {
    await using before = await begin();
    await before.commit.take([message(list)]);
  }
  expect(await quarantined()).toEqual([['sensor-unknown', null]]);
  await apply(database, { sensors: [level], rules: [] });
  await using session = await begin();
  for (let i = 0; i < 3; i += 1) {
    await ask();
    await replayAll(session);
  }
  expect(await readings()).toHaveLength(1);
  expect(await quarantined()).toEqual([
    ['sensor-unknown', noonPlus(60)],
    ['value-null', null],
  ]);
  expect(await results()).toEqual([
    [1, 0, true],
    [0, 1, true],
    [0, 1, true],
  ]);
  await session.countFlush.all();
  expect(await db.selectFrom('source_hour').select(['good', 'doubled']).execute()).toEqual([{ good: 1, doubled: 0 }]);
});

test('a judge that dies in the middle goes on where it was, and stores nothing twice', async () => {
  {
    await using before = await begin();
    for (let i = 0; i < 3; i += 1)
      await before.commit.take(Array.from({ length: 150 }, (_, k) => measured(-1000 + i * 150 + k, i * 150 + k)));
  }
  await apply(database, { sensors: [level], rules: [] });
  await ask();
  {
    await using first = await begin();
    await first.replay();
  }
  // The readings are stored, and nobody remembers that they are.
  await pool.query('create table kept as select * from quarantine_replay');
  {
    await using second = await begin();
    await second.replay();
  }
  await pool.query(`update quarantine_replay set after_at = kept.after_at, after_id = kept.after_id, stored = kept.stored
    from kept where kept.id = quarantine_replay.id`);
  await pool.query('update quarantine set replayed_at = null where id > 200');
  await using third = await begin();
  await replayAll(third);
  expect((await readings()).map(([, , value]) => value)).toEqual(Array.from({ length: 450 }, (_, i) => i));
  expect(await results()).toEqual([[450, 0, true]]);
  expect((await quarantined()).every(([, at]) => at !== null)).toBe(true);
  await pool.query('drop table kept');
});

test('long lists are read again a few at a time', async () => {
  const list = (k: number) =>
    JSON.stringify(Array.from({ length: 1_500 }, (_, i) => ({ t: noonPlus(-600) + k * 1_500 + i, v: i })));
  {
    await using before = await begin();
    await before.commit.take(Array.from({ length: 20 }, (_, k) => message(list(k))));
  }
  await apply(database, { sensors: [level], rules: [] });
  await ask();
  await using session = await begin();
  const portions: number[] = [];
  for (let next = await session.replay(); next !== null; next = await session.replay())
    portions.push(next.readings.length);
  expect(portions).toEqual([19_500, 10_500]);
  expect(await results()).toEqual([[20, 0, true]]);
});

test('what is cut off, or is of another site, stays', async () => {
  await apply(database, { site: 'south', sensors: [level], rules: [] });
  {
    await using before = await begin();
    const big = message(`{"t":1,"v":2}${' '.repeat(70_000)}`, 'south/level/data');
    await before.commit.take([big, measured(-1, 1)]);
  }
  // As before the other site had this topic.
  await pool.query('update quarantine set site_id = null');
  await ask('pond');
  await ask('south');
  await using session = await begin();
  expect(await replayAll(session)).toBe(0);
  expect(await results()).toEqual([
    [0, 2, true],
    [0, 2, true],
  ]);
});

test('poison is read again too, and is refused again once', async () => {
  await apply(database, { sensors: [level], rules: [] });
  {
    await using before = await begin();
    await before.commit.take([measured(-1, 1)]);
    await pool.query('truncate reading');
    await pool.query(
      `insert into quarantine (received_at, site_id, topic, payload, reason, detail)
       values ($1, 'pond', 'pond/level/data', $2, 'poison', 'a throw')`,
      [new Date(NOON), Buffer.from(`{"t":${String(noonPlus(-2))},"v":3}`)],
    );
  }
  await ask();
  await using session = await begin();
  await replayAll(session);
  expect((await readings()).map(([, , value]) => value)).toEqual([3]);
  expect(await results()).toEqual([[1, 0, true]]);
});
