import pg from 'pg';
import { beforeEach, expect, test } from 'vitest';
import { takeLease } from '../../ingest/io/lease.ts';
import { sourceCountFlush } from '../../ingest/io/source-count-store.ts';
import { SourceCounts } from '../../ingest/source-counts.ts';
import { takeIn } from '../../ingest/take-in.ts';
import { DAY, SECOND } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { NOON, judges, measured } from './judging.ts';
import { SENSOR, memory, sample } from './sample-of.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin, clock } = judges(database);

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(database, { sensors: [{ code: 'level' }, { code: 'other' }], rules: [] });
  clock.set(NOON);
});

async function connected(): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

const stored = async () =>
  (await db.selectFrom('source_hour').innerJoin('sensor', 'id', 'sensor_id').selectAll().orderBy('code').execute()).map(
    ({ code, good, doubtful, late, doubled }) => [code, good, doubtful, late, doubled],
  );

test('what came is counted once every half minute, and added to what is counted already', async () => {
  await using session = await begin();
  await session.countFlush.tick();
  await session.commit.take([measured(-3, 5), measured(-2, 5), measured(-2, 5), measured(-9, 5), measured(-1, 5000)]);
  await session.countFlush.tick();
  expect(await stored()).toEqual([]);
  clock.advance(30 * SECOND);
  await session.countFlush.tick();
  // In judging order the oldest of a batch is not late.
  expect(await stored()).toEqual([['level', 3, 1, 0, 1]]);

  await session.commit.take([measured(-8, 5), measured(-9, 5), measured(0, 5, 'other')]);
  await session.countFlush.all();
  expect(await stored()).toEqual([
    ['level', 3, 1, 1, 2],
    ['other', 1, 0, 0, 0],
  ]);
  const { rows } = await pool.query('select last_good_at from source_hour order by sensor_id');
  expect(rows).toEqual([{ last_good_at: new Date(NOON) }, { last_good_at: new Date(NOON) }]);
});

test('a judge whose lease is lost stores no counts', async () => {
  await using session = await begin();
  await session.commit.take([measured(-3, 5)]);
  await pool.query('update engine_lease set epoch = epoch + 1');
  await expect(session.countFlush.all()).rejects.toThrow('another judge has taken over');
  expect(await stored()).toEqual([]);
});

test('many sources are stored in portions, a tick each', async () => {
  const { rows } = await pool.query<{ id: number }>(
    `insert into sensor (site_id, code) select 'pond', 's' || i from generate_series(1, 4500) i returning id`,
  );
  const counts = new SourceCounts();
  const batch = rows.map(({ id }) => ({ sample: sample(-1), memory: memory({ sensor: { ...SENSOR, id } }) }));
  counts.add(takeIn(batch, null).admitted);
  await using client = await connected();
  const lease = await takeLease(client, { partition: 'main', processId: 'a', now: NOON });
  if (lease === undefined) throw new Error('another holds the lease');
  const flush = sourceCountFlush({ client, lease, counts, clock });
  const left: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    await flush.tick();
    left.push(counts.size);
  }
  expect(left).toEqual([2_500, 500, 0, 0]);
  expect(await stored()).toHaveLength(4_500);
});

test('hours are kept for 31 days', async () => {
  await using session = await begin();
  await pool.query(
    `insert into source_hour (sensor_id, hour, good) select id, day, 1
     from sensor cross join unnest($1::timestamptz[]) as day where code = 'level'`,
    [[new Date(NOON - 32 * DAY), new Date(NOON - 30 * DAY)]],
  );
  await session.commit.take([measured(-3, 5)]);
  await session.countFlush.all();
  const { rows } = await pool.query('select hour from source_hour order by hour');
  expect(rows).toEqual([{ hour: new Date(NOON - 30 * DAY) }, { hour: new Date(NOON) }]);
});
