import { beforeEach, describe, expect, test } from 'vitest';
import { maintenanceDesk } from '../../src/app/maintenance-desk.ts';
import { proposalDesk } from '../../src/app/proposal-desk.ts';
import { MINUTE } from '../../src/core/time.ts';
import { createAccount } from '../../src/gateway/accounts.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply, levelStory } from '../support/watched-pond.ts';
import { NOON, judges, measured, noonPlus } from '../ingest/judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const house = judges(database);
const { begin, clock } = house;
const desk = maintenanceDesk({ db, clock });
const LIMITS = { blue: 10, yellow: 20, orange: 30, red: 40 };

/** Two points in one section, each with a sensor that calls; a third outside it. */
const POND = {
  sections: ['dam'],
  sensors: [
    { code: 'level', point: 'p1', section: 'dam' },
    { code: 'other', point: 'p2', section: 'dam' },
    { code: 'rain', point: 'p3', item: 'rainfall', unit: 'mm' },
  ],
  rules: ['level', 'other'].map((sensor) => ({ sensor, limits: LIMITS, deadband: 1 })),
};

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease, audit restart identity cascade');
  clock.set(NOON);
  await apply(database, POND);
});

/** When it is some minutes after noon. */
const at = (minutes: number): void => {
  clock.set(noonPlus(minutes));
};
/** A reading that arrives when it is measured, and everything is as late as that. */
const now = (minutes: number, value: number, sensor = 'level') => {
  at(minutes);
  return measured(minutes, value, sensor, noonPlus(minutes));
};
const PATROL = { who: 'Wang', everyMinutes: 30 };
/** Work that may begin whatever is lost by it. */
const start = (point: string, minutes: number) =>
  desk.start('pond', { point, reason: 'thermistor replaced', minutes, substitute: PATROL }, 'li');
const eyes = proposalDesk({ db, clock });
const { id: accountId } = await createAccount(
  db,
  { name: 'wang', grants: [], password: 'a password of the test' },
  NOON,
);
const WANG = { accountId, name: 'wang' };
/** Work at a point that stands at orange or red, as two people agreed. */
const startAgreed = async (point: string, minutes: number) => {
  const asked = { point, reason: 'thermistor replaced', minutes, substitute: PATROL };
  await eyes.approve(await desk.propose('pond', asked, { accountId: null, name: 'li' }), WANG, 'I looked');
};
const readings = async () =>
  (await db.selectFrom('reading').selectAll().orderBy('observed_at').execute()).map((row) => [
    (row.observed_at.getTime() - NOON) / MINUTE,
    row.value,
    row.flags,
  ]);
const story = async () => (await levelStory(database)).map((line) => line.replace(/^pond\/(.*):00\.000Z$/, '$1'));
const sights = async () =>
  (await db.selectFrom('visibility_change').selectAll().orderBy('position').execute()).map(
    ({ visibility, cause, at: when }) => `${visibility} ${cause} ${String((when.getTime() - NOON) / MINUTE)}`,
  );

describe('while a point is being worked on', () => {
  test('E22 what rises meanwhile and still stands at the end is raised by the first reading after it', async () => {
    await using session = await begin();
    await session.commit.take([now(-1, 5)]);
    at(0);
    await start('p1', 10);
    for (const minute of [1, 4, 7]) await session.commit.take([now(minute, 45)]);
    expect(await story()).toEqual([]);
    expect(await readings()).toEqual([
      [-1, 5, null],
      [1, 45, ['maintenance']],
      [4, 45, ['maintenance']],
      [7, 45, ['maintenance']],
    ]);
    await session.commit.take([now(11, 45)]);
    expect(await story()).toEqual(['level normal->red 2026-07-01T12:11']);
  });

  test('where orange or red stands one person alone begins nothing: a second has to agree, and then it is as shown', async () => {
    await using session = await begin();
    await session.commit.take([now(-1, 35)]);
    at(0);
    const asked = { point: 'p1', reason: 'thermistor replaced', minutes: 30, substitute: PATROL };
    await expect(desk.start('pond', asked, 'li')).rejects.toMatchObject({ code: 'point/level-stands' });
    const li = { accountId: null, name: 'li' };
    const [first, second] = [await desk.propose('pond', asked, li), await desk.propose('pond', asked, li)];
    expect(await db.selectFrom('maintenance').selectAll().execute()).toEqual([]);
    await expect(eyes.approve(first, li, 'I looked')).rejects.toMatchObject({ code: 'proposal/no-account' });
    await session.commit.take([now(1, 45)]);
    await expect(eyes.approve(first, WANG, 'I looked')).rejects.toMatchObject({ code: 'proposal/overtaken' });
    expect(await db.selectFrom('maintenance').selectAll().execute()).toEqual([]);
    const third = await desk.propose('pond', asked, li);
    await eyes.approve(third, WANG, 'I looked');
    expect(await db.selectFrom('maintenance').select(['point', 'started_by']).execute()).toEqual([
      { point: 'p1', started_by: 'li, approved by wang' },
    ]);
    await expect(eyes.approve(second, WANG, 'again')).rejects.toMatchObject({ code: 'proposal/overtaken' });
  });

  test('E21 each of its readings is kept from judgement, not the first alone; what stands stays and nothing is lowered', async () => {
    await using session = await begin();
    await session.commit.take([now(-1, 35), measured(-1, 35, 'other')]);
    at(0);
    await startAgreed('p1', 30);
    const before = await story();
    for (const minute of [1, 6, 11, 16]) await session.commit.take([now(minute, minute % 2 === 0 ? 45 : 1)]);
    expect(await story()).toEqual(before);
    // The other point of the section is judged as ever.
    await session.commit.take([now(17, 45, 'other')]);
    expect((await story()).slice(before.length)).toEqual(['other orange->red 2026-07-01T12:17']);
  });

  test('its instant of beginning belongs to it, its end does not', async () => {
    await using session = await begin();
    await start('p1', 10);
    const moments = [NOON - 1, NOON, noonPlus(10) - 1, noonPlus(10)];
    at(11);
    await session.commit.take(moments.map((moment) => measured((moment - NOON) / MINUTE, 5, 'level', noonPlus(11))));
    expect((await readings()).map(([, , flags]) => flags)).toEqual([null, ['maintenance'], ['maintenance'], null]);
  });

  test('it ends by itself with nobody there: no process, no person', async () => {
    {
      await using session = await begin();
      await session.commit.take([now(-1, 5)]);
      at(0);
      await start('p1', 10);
    }
    at(60);
    await using session = await begin();
    await session.commit.take([now(61, 45)]);
    expect(await story()).toEqual(['level normal->red 2026-07-01T13:01']);
    const [row] = await db.selectFrom('maintenance').selectAll().execute();
    expect(row).toMatchObject({ until_at: new Date(noonPlus(10)), ended_at: null, ended_by: null });
  });

  test('a restart in the middle of it changes nothing', async () => {
    await using first = await begin('a');
    await start('p1', 10);
    await first.commit.take([now(1, 45)]);
    await first[Symbol.asyncDispose]();
    await using second = await begin('a');
    await second.commit.take([now(2, 45)]);
    await second.commit.tick(true);
    expect([await story(), await sights()]).toEqual([[], []]);
    expect((await readings()).map(([, , flags]) => flags)).toEqual([['maintenance'], ['maintenance']]);
  });

  test('a backlog that comes after its end is marked where it was measured in it', async () => {
    await start('p1', 10);
    at(600);
    await using session = await begin();
    await session.commit.take([-5, 0, 5, 9, 10, 15].map((minute) => measured(minute, 35, 'level', noonPlus(600))));
    expect((await readings()).map(([minute, , flags]) => [minute, flags])).toEqual([
      [-5, null],
      [0, ['maintenance']],
      [5, ['maintenance']],
      [9, ['maintenance']],
      [10, null],
      [15, null],
    ]);
  });

  test('what was ended by hand is judged from then on, and edits of the site do not forget it', async () => {
    await using session = await begin();
    const id = await start('p1', 60);
    await session.commit.take([now(1, 45)]);
    at(2);
    await desk.end(id, 'wang');
    await apply(database, { ...POND, sensors: [...POND.sensors, { code: 'more' }] });
    const edited = await session.reload();
    await edited.commit.take([measured(1.5, 45), measured(2, 45)]);
    expect(await story()).toEqual(['level normal->red 2026-07-01T12:02']);
    expect((await readings()).map(([, , flags]) => flags)).toEqual([['maintenance'], ['maintenance'], null]);
  });
});

describe('R2 the same readings about a maintenance give the same marks and the same log', () => {
  /** Every five minutes for four hours until noon: over the limit from an hour before the end of the work on. */
  const trace = Array.from({ length: 49 }, (_, i) => [i * 5 - 240, i < 16 ? 5 : 45] as const);
  const arrivals: Record<string, () => (typeof trace)[]> = {
    'one by one': () => trace.map((row) => [row]),
    'as one backlog': () => [trace],
    'in two pieces': () => [trace.slice(0, 21), trace.slice(21)],
    'all of it twice': () => [trace, trace],
    'each twice, overlapping': () => trace.map((_, i) => trace.slice(Math.max(0, i - 3), i + 1)),
    'one backlog, backwards': () => [trace.toReversed()],
  };
  const rows = Object.entries(arrivals).flatMap(([name, batches]) =>
    [false, true].map((restarts) => [restarts ? `${name}, with restarts` : name, batches, restarts] as const),
  );
  test.each(rows)('%s', async (_name, batches, restarts) => {
    at(-180);
    const id = await start('p1', 600);
    at(-100);
    await desk.end(id, 'li');
    at(0);
    let session = await begin('a');
    for (const [i, batch] of batches().entries()) {
      if (restarts && i % 8 === 1) {
        await session[Symbol.asyncDispose]();
        session = await begin('a');
      }
      await session.commit.take(batch.map(([minute, value]) => measured(minute, value)));
    }
    await session[Symbol.asyncDispose]();
    const marked = (await readings()).flatMap(([minute, , flags]) => (flags === null ? [] : [minute]));
    expect(marked).toEqual(Array.from({ length: 16 }, (_, i) => i * 5 - 180));
    expect(await story()).toEqual(['level normal->red 2026-07-01T10:20']);
  });
});

describe('E23 no reading slips past a maintenance', () => {
  test('that the judge has not heard of', async () => {
    await using session = await begin();
    const id = await start('p1', 60);
    await session.commit.take([now(1, 45)]);
    expect([await story(), (await readings())[0]?.[2]]).toEqual([[], ['maintenance']]);
    at(2);
    await desk.end(id, 'li');
    await session.commit.take([now(3, 45)]);
    expect(await story()).toEqual(['level normal->red 2026-07-01T12:03']);
  });

  test('that begins while its commit is under way: one waits for the other', async () => {
    await using session = await begin();
    await session.commit.take([now(-1, 5)]);
    at(0);
    const other = await pool.connect();
    // Holds the log up, and so the commit that has a row for it, which holds its lease.
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock(7001)');
    const taken = session.commit.take([now(1, 25)]);
    const waiting = (count: number) =>
      eventually(
        async () =>
          (
            await pool.query(
              `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
            )
          ).rowCount === count,
        { what: `${String(count)} waiting for a lock` },
      );
    await waiting(1);
    at(2);
    const started = start('p1', 60);
    await waiting(2);
    const next = session.commit;
    await other.query('commit');
    other.release();
    await Promise.all([taken, started]);
    await next.take([now(3, 5)]);
    // What was committed before it was judged; what comes after it is not, though it would lower.
    expect(await story()).toEqual(['level normal->yellow 2026-07-01T12:01']);
    expect((await readings()).map(([, , flags]) => flags)).toEqual([null, null, ['maintenance']]);
  });

  test('when it begins before the lease is read, the commit decides anew', async () => {
    await using session = await begin();
    const holder = await pool.connect();
    await holder.query('begin');
    await holder.query('update engine_lease set maintenance_revision = maintenance_revision + 1');
    await holder.query(
      `insert into maintenance (id, site_id, point, reason, from_at, until_at, started_by)
       values (gen_random_uuid(), 'pond', 'p1', 'x', $1, $2, 'li')`,
      [new Date(NOON), new Date(noonPlus(60))],
    );
    const taken = session.commit.take([now(1, 45)]);
    await eventually(
      async () =>
        (
          await pool.query(
            `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
          )
        ).rowCount === 1,
      { what: 'the commit waiting for the lease' },
    );
    await holder.query('commit');
    holder.release();
    await taken;
    expect([await story(), (await readings())[0]?.[2]]).toEqual([[], ['maintenance']]);
  });
});

describe('silence', () => {
  test('of a point that is being worked on is none; after it there is a grace of three intervals', async () => {
    await using session = await begin();
    await session.commit.take([now(0, 5), measured(0, 5, 'other')]);
    await start('p1', 60);
    for (const minute of [16, 59, 75]) {
      at(minute);
      await session.renew();
      await session.commit.tick(true);
    }
    const level = await db.selectFrom('sensor').select('id').where('code', '=', 'level').executeTakeFirstOrThrow();
    const blinded = await db.selectFrom('visibility_change').selectAll().orderBy('position').execute();
    expect(blinded.map(({ sensor_ids }) => sensor_ids.includes(level.id))).toEqual([false]);
    at(76);
    await session.commit.tick(true);
    expect((await sights()).at(-1)).toBe('blind missed-intervals 76');
  });

  test('an end by hand is the end of the rest', async () => {
    await using session = await begin();
    await session.commit.take([now(0, 5)]);
    const id = await start('p1', 600);
    at(10);
    await desk.end(id, 'li');
    for (const minute of [24, 26]) {
      at(minute);
      await session.renew();
      await session.commit.tick(true);
    }
    const rows = await db.selectFrom('visibility_state').innerJoin('sensor', 'id', 'sensor_id').selectAll().execute();
    expect(rows.find(({ code }) => code === 'level')).toMatchObject({
      visibility: 'blind',
      since: new Date(noonPlus(26)),
    });
  });

  test('of what is retired is none; its readings are kept and not judged', async () => {
    await apply(database, {
      ...POND,
      sensors: POND.sensors.map((sensor) => (sensor.code === 'level' ? { ...sensor, state: 'retired' } : sensor)),
      rules: POND.rules.filter(({ sensor }) => sensor !== 'level'),
    });
    await using session = await begin();
    await session.commit.take([now(0, 45)]);
    at(10_000);
    await session.commit.tick(true);
    expect((await readings())[0]?.[2]).toEqual(['retired']);
    const rows = await db
      .selectFrom('visibility_state')
      .innerJoin('sensor', 'id', 'sensor_id')
      .select('code')
      .execute();
    expect(rows.map(({ code }) => code).toSorted()).toEqual(['other', 'rain']);
  });
});
