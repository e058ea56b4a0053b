import { beforeEach, expect, test } from 'vitest';
import { trimQuarantine } from '../../ingest/io/quarantine-store.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply, countReadings } from '../support/watched-pond.ts';
import { NOON, judges, measured, message } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin } = judges(database);

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(database, { sensors: [{ code: 'level' }], rules: [] });
});

const quarantined = async () =>
  (await db.selectFrom('quarantine').selectAll().orderBy('id').execute()).map(({ reason, detail, topic }) => [
    reason,
    detail,
    topic,
  ]);

test('what cannot be read from a sensor that the site does not have is filed as that', async () => {
  await using session = await begin();
  await session.commit.take([message('{}', 'pond/nobody/data'), message('{}'), message('{"v":1e999,"t":1}')]);
  expect(await quarantined()).toEqual([
    ['sensor-unknown', 'the site has no sensor nobody; $.v is missing', 'pond/nobody/data'],
    ['value-missing', '$.v is missing', 'pond/level/data'],
    ['value-not-a-number', '$.v is too large to be a number here', 'pond/level/data'],
  ]);
});

test('refusals are stored with the readings of their batch or not at all, and what comes again is kept once', async () => {
  const batch = [measured(-2, 5), measured(-1, null), message('{}', 'x'), message('{}', 'x')];
  {
    await using session = await begin();
    await pool.query(
      `create function pg_temp_away() returns trigger language plpgsql as
       $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`,
    );
    await pool.query('create trigger away before insert on reading for each row execute function pg_temp_away()');
    await expect(session.commit.take(batch)).rejects.toThrow();
    await pool.query('drop trigger away on reading');
    expect(await quarantined()).toEqual([]);
  }
  await using session = await begin();
  await session.commit.take(batch);
  expect([await countReadings(database), (await quarantined()).length]).toEqual([1, 3]);
  // As after a COMMIT whose answer was lost.
  await session.commit.take(batch);
  expect([await countReadings(database), (await quarantined()).length]).toEqual([1, 3]);
});

test('the oldest are dropped above the bound, and counted', async () => {
  await using session = await begin();
  for (let i = 0; i < 5; i += 1) await session.commit.take([message(`{"i":${String(i)}}`, 'x')]);
  const dropped = async () => (await db.selectFrom('quarantine_dropped').select('count').executeTakeFirst())?.count;
  await pool.query(trimQuarantine(NOON, 3));
  expect([(await quarantined()).length, await dropped()]).toEqual([3, 2]);
  await pool.query(trimQuarantine(NOON, 3));
  expect([(await quarantined()).length, await dropped()]).toEqual([3, 2]);
  expect((await db.selectFrom('quarantine').select('id').orderBy('id').execute())[0]?.id).toBe(3);
});
