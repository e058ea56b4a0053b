import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { apply, levelStory } from '../support/watched-pond.ts';
import { judges, measured, noonPlus } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin, clock } = judges(database);
const LIMITS = { blue: 10, yellow: 20, orange: 30, red: 40 };
const HALF_HOUR = 1_800;
const pond = (rule: { limits?: Record<string, number>; onDelaySeconds?: number; offDelaySeconds?: number }) =>
  apply(database, { sensors: [{ code: 'level' }], rules: [{ sensor: 'level', limits: LIMITS, deadband: 1, ...rule }] });

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
});

const levelNow = async () => (await db.selectFrom('level_state').select('level').executeTakeFirst())?.level;
const minutesOf = async () =>
  (await db.selectFrom('level_change').selectAll().orderBy('position').execute()).map(
    (row) => `${String((row.observed_at.getTime() - noonPlus(0)) / 60_000)} ${row.from_level}->${row.to_level}`,
  );

describe('R2 the same trace gives the same log, however it arrives', () => {
  /** Four hours, every five minutes until noon: a rise that a gap interrupts before its half-hour delay ends, and a fall. */
  const trace = Array.from({ length: 49 }, (_, i) => i)
    .filter((i) => i < 20 || i > 26)
    .map((i) => [i * 5 - 240, i < 16 ? 5 : i < 36 ? 25 : 5] as const);
  /** Over from -160 on; of the forty minutes without readings before -105 five count. Back from -60 on, a step each half hour. */
  const expected = ['-95 normal->yellow', '-30 yellow->blue', '0 blue->normal'];

  const arrivals: Record<string, () => (typeof trace)[]> = {
    'one by one': () => trace.map((row) => [row]),
    'as one backlog': () => [trace],
    'in two pieces': () => [trace.slice(0, 17), trace.slice(17)],
    'all of it twice': () => [trace, trace],
    'each twice, overlapping': () => trace.map((_, i) => trace.slice(Math.max(0, i - 3), i + 1)),
    'one backlog, backwards': () => [trace.toReversed()],
  };
  test.each(Object.entries(arrivals))('%s', async (_name, batches) => {
    await pond({ onDelaySeconds: HALF_HOUR, offDelaySeconds: HALF_HOUR });
    await using session = await begin();
    for (const batch of batches()) await session.commit.take(batch.map(([minute, value]) => measured(minute, value)));
    expect(await minutesOf()).toEqual(expected);
  });

  test('R6 with a restart after every reading', async () => {
    await pond({ onDelaySeconds: HALF_HOUR, offDelaySeconds: HALF_HOUR });
    for (const [minute, value] of trace) {
      await using session = await begin();
      await session.commit.take([measured(minute, value)]);
    }
    expect(await minutesOf()).toEqual(expected);
  });
});

test.each([1, 3])(
  'R2 a clock that is always two hours ahead fulfils its delay by arrival (%i a message)',
  async (each) => {
    await pond({ onDelaySeconds: HALF_HOUR });
    await using session = await begin();
    for (let minute = 0; minute <= 60; minute += 5 * each) {
      await session.commit.take(
        Array.from({ length: each }, (_, i) => measured(minute + 120 - 5 * i, 45, 'level', noonPlus(minute))),
      );
    }
    expect(await minutesOf()).toEqual(['30 normal->red']);
  },
);

test('R2 a value with an impossible time at the limit holds up no delay of the backlog after it', async () => {
  await pond({ onDelaySeconds: HALF_HOUR });
  await using session = await begin();
  await session.commit.take([measured(600, 45)]);
  await session.commit.take(Array.from({ length: 13 }, (_, i) => measured(i * 5 - 60, i < 8 ? 45 : 39.5)));
  expect(await minutesOf()).toEqual(['-30 normal->red']);
});

describe('R6 an edit of the rule keeps what it is not about', () => {
  test('a delay that is running goes on', async () => {
    await pond({ onDelaySeconds: HALF_HOUR });
    await using session = await begin();
    await session.commit.take([0, 5, 10, 15, 20].map((minute) => measured(minute - 60, 25)));
    await pond({ onDelaySeconds: HALF_HOUR, limits: { ...LIMITS, red: 50 } });
    const edited = await session.reload();
    await edited.commit.take([measured(-35, 25), measured(-30, 25)]);
    expect(await minutesOf()).toEqual(['-30 normal->yellow']);
  });

  test('a level stands through an edit and a restart, and is not told again', async () => {
    await pond({});
    {
      await using session = await begin();
      await session.commit.take([measured(-3, 45)]);
      await pond({ limits: { ...LIMITS, blue: 12 } });
      const edited = await session.reload();
      await edited.commit.take([measured(-2, 45)]);
    }
    await using again = await begin();
    await again.commit.take([measured(-1, 45)]);
    expect([await levelNow(), (await levelStory(database)).length]).toEqual(['red', 1]);
  });
});

test('R12 no start raises silence: a sensor unheard for a day is blind three intervals later, once; R13 its level stays', async () => {
  await pond({});
  clock.set(noonPlus(0));
  {
    await using session = await begin();
    await session.commit.take([measured(-1, 45)]);
  }
  clock.set(noonPlus(24 * 60));
  await using session = await begin();
  const visibility = () => db.selectFrom('visibility_change').select(['visibility', 'cause']).execute();
  for (const minutes of [0, 5, 15]) {
    clock.set(noonPlus(24 * 60 + minutes));
    await session.commit.tick(true);
    expect(await visibility()).toEqual([]);
  }
  for (const minutes of [16, 30, 90]) {
    clock.set(noonPlus(24 * 60 + minutes));
    await session.commit.tick(true);
    expect(await visibility()).toEqual([{ visibility: 'blind', cause: 'missed-intervals' }]);
  }
  expect(await levelNow()).toBe('red');
});

test('R12 an edit of the site is no new start: silence is told on time, and a new sensor has its grace', async () => {
  clock.set(noonPlus(0));
  const edit = (blue: number, ...codes: string[]) =>
    apply(database, {
      sensors: codes.map((code) => ({ code })),
      rules: [{ sensor: 'level', limits: { ...LIMITS, blue } }],
    });
  await edit(10, 'level');
  await using session = await begin();
  await session.commit.take([measured(0, 5)]);
  let edited = session;
  const blindAt = async (minutes: number) => {
    clock.set(noonPlus(minutes));
    await edited.commit.tick(true);
    return (await db.selectFrom('visibility_change').select('sensor_ids').execute()).length;
  };
  expect(await blindAt(10)).toBe(0);
  await edit(11, 'level', 'new');
  edited = await edited.reload();
  expect(await blindAt(15)).toBe(0);
  await edit(12, 'level', 'new');
  edited = await edited.reload();
  expect(await blindAt(16)).toBe(1);
  expect(await blindAt(25)).toBe(1);
  expect(await blindAt(26)).toBe(2);
});

test('R12 while the broker is away a site is blind by one event, and it returns without one for each sensor', async () => {
  clock.set(noonPlus(0));
  const codes = ['a', 'b', 'c'];
  await apply(database, { sensors: codes.map((code) => ({ code })), rules: [] });
  await using session = await begin();
  await session.commit.take(codes.map((code) => measured(0, 5, code)));
  for (const minutes of [1, 16, 20]) {
    clock.set(noonPlus(minutes));
    await session.commit.tick(false);
  }
  const receivedAt = clock.now();
  await session.commit.tick(true);
  await session.commit.take(codes.map((code) => measured(20, 5, code, receivedAt)));
  await session.commit.tick(true);
  const rows = await db.selectFrom('visibility_change').selectAll().orderBy('position').execute();
  expect(rows.map((row) => [row.visibility, row.cause, row.sensor_ids.length])).toEqual([
    ['blind', 'broker-away', 3],
    ['seen', 'data-returned', 3],
  ]);
});
