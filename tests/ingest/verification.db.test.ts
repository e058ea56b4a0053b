import { beforeEach, describe, expect, test } from 'vitest';
import { newestReadings } from '../../src/gateway/views/newest-readings.ts';
import { plus } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { judges, measured, message, noonPlus } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;

const LIMITS = { blue: 10, yellow: 20, orange: 30, red: 40 };
const RANGE = { min: 0, max: 100 };
/** Beyond the range: doubtful. */
const WILD = 999;

type Site = Parameters<typeof apply>[1];
const SITE: Site = {
  sensors: [
    { code: 'level', range: RANGE },
    { code: 'other', range: RANGE },
    { code: 'twin', range: RANGE, point: 'level' },
    { code: 'trial', range: RANGE, state: 'commissioning' },
  ],
  rules: ['level', 'other', 'twin', 'trial'].map((sensor) => ({ sensor, limits: LIMITS, deadband: 1 })),
};
const house = judges(database);

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  house.clock.set(noonPlus(0));
  await apply(database, SITE);
});

/** The log as lines: `level red unverified reached-doubtful 0`, the minute behind. */
async function story(): Promise<string[]> {
  const rows = await db.selectFrom('level_change').selectAll().orderBy('position').execute();
  return rows.map((row) => {
    const minute = (row.observed_at.getTime() - noonPlus(0)) / 60_000;
    const of = row.target.replace('pond/', '');
    return [of, row.to_level, ...(row.verified ? [] : ['unverified']), row.cause, minute].join(' ');
  });
}
/** A measurement that arrives when it was made. */
const live = (minute: number, value: number, sensor = 'level') => measured(minute, value, sensor, noonPlus(minute));

/** Judges these as they come, in sessions that end after each. */
async function judged(...told: readonly ReturnType<typeof live>[]): Promise<void> {
  for (const each of told) {
    await using session = await house.begin();
    await session.commit.take([each]);
  }
}

describe('red on the word of one doubtful reading', () => {
  test('is stored as unverified, and confirmed by the next reading, also when the judge began anew', async () => {
    await judged(live(0, WILD));
    const state = () => db.selectFrom('level_state').selectAll().where('target', '=', 'pond/level').executeTakeFirst();
    expect(await state()).toMatchObject({ level: 'red', verified: false, guarded: true });
    await judged(live(0, WILD), live(5, 45));
    expect(await story()).toEqual(['level red unverified reached-doubtful 0', 'level red confirmed-by-reading 5']);
    expect(await state()).toMatchObject({ level: 'red', verified: true });
  });

  test('is confirmed by another point that stands one level below, whichever came first', async () => {
    await judged(live(0, 32, 'other'), live(1, WILD));
    await judged(live(6, 5, 'other'), live(7, 5), live(8, 5), live(9, 5), live(10, 5));
    await judged(live(11, 5, 'other'), live(12, 5, 'other'), live(13, 5, 'other'));
    await judged(live(20, WILD), live(21, 32, 'other'));
    const confirmed = (await story()).filter((line) => line.includes('red'));
    expect(confirmed).toEqual([
      'level red unverified reached-doubtful 1',
      'level red confirmed-by-neighbour 1',
      'level red unverified reached-doubtful 20',
      'level red confirmed-by-neighbour 20',
    ]);
  });

  test.each([
    ['a milder level', 25, 'other'],
    ['the same point', 45, 'twin'],
    ['a point in commissioning', 45, 'trial'],
    ['an unverified level', WILD, 'other'],
  ])('is not confirmed by %s', async (_name, value, by) => {
    await judged(live(0, WILD), live(1, value, by));
    expect((await story()).filter((line) => line.includes('confirmed'))).toEqual([]);
  });

  test('two unverified ones are both confirmed when a reading confirms one of them', async () => {
    await judged(live(0, WILD), live(1, WILD, 'other'), live(5, 45));
    expect((await story()).slice(2)).toEqual([
      'level red confirmed-by-reading 5',
      'other red confirmed-by-neighbour 1',
    ]);
  });

  test('is confirmed when the sensor goes blind, with the value and time of what was doubted, once', async () => {
    await using session = await house.begin();
    await session.commit.take([live(0, WILD)]);
    for (const minute of [14, 16, 17]) {
      house.clock.set(noonPlus(minute));
      await session.commit.tick(true);
      if (minute === 14) expect(await story()).toEqual(['level red unverified reached-doubtful 0']);
    }
    expect(await story()).toEqual(['level red unverified reached-doubtful 0', 'level red confirmed-by-silence 0']);
    const [, row] = await db.selectFrom('level_change').selectAll().orderBy('position').execute();
    expect(row).toMatchObject({ value: WILD, limit_value: 40, recorded_at: new Date(noonPlus(16)) });
  });

  test('is not taken for silent after a restart before its grace is over', async () => {
    await judged(live(0, WILD));
    house.clock.set(noonPlus(600));
    await using session = await house.begin();
    await session.commit.tick(true);
    expect(await story()).toHaveLength(1);
    house.clock.set(noonPlus(616));
    await session.commit.tick(true);
    expect((await story()).at(-1)).toBe('level red confirmed-by-silence 0');
  });

  const mild = (minute: number) => measured(minute + 60, 5, 'level', noonPlus(minute));
  const garbage = (minute: number) => live(minute, -1);
  test.each([
    ['within the range are a sign of life', mild, []],
    ['out of it are none: what is destroyed may report them for ever', garbage, ['level red confirmed-by-silence 0']],
  ])('doubtful numbers that neither reach it nor may lower it, %s', async (_name, told, confirmed) => {
    await using session = await house.begin();
    await session.commit.take([live(0, WILD)]);
    for (let minute = 5; minute <= 60; minute += 5) {
      house.clock.set(noonPlus(minute));
      await session.commit.take([told(minute)]);
      await session.commit.tick(true);
      if (minute === 15) expect(await story()).toHaveLength(1);
    }
    expect((await story()).slice(1)).toEqual(confirmed);
  });

  test('garbage is silence across an edit too, and in what is derived of it', async () => {
    const derived: Site = {
      sensors: [
        { code: 'gauge', range: { min: 0, max: 10 } },
        {
          code: 'beach',
          item: 'beach-length',
          range: { min: 5, max: 2000 },
          derive: {
            formula: 'beach-length',
            level: 'gauge',
            calibrations: [{ from: '2020-01-01', sections: [{ crest: 10, slope: 0.01 }], source: 'x' }],
          },
        },
      ],
      rules: [{ sensor: 'beach', worse: 'falling', limits: { red: 10 } }],
    };
    await apply(database, derived);
    let session = await house.begin();
    // One metre of beach, then for ever 1,100 m of a pond below its own bottom.
    await session.commit.take([live(0, 9.99, 'gauge')]);
    for (const minute of [5, 10, 15, 20]) {
      house.clock.set(noonPlus(minute));
      if (minute === 10) {
        await apply(database, derived);
        session = await session.reload();
      }
      await session.commit.take([live(minute, -1, 'gauge')]);
      await session.commit.tick(true);
      if (minute === 15) expect(await story()).toHaveLength(1);
    }
    await session[Symbol.asyncDispose]();
    expect(await story()).toEqual(['beach red unverified reached-doubtful 0', 'beach red confirmed-by-silence 0']);
  });

  test.each([['in the same session'], ['after a restart']])(
    'A8 is silent though numbers come, when its clock was set back and none of them is judged: %s',
    async (when) => {
      let session = await house.begin();
      await session.commit.take([live(0, WILD)]);
      if (when === 'after a restart') {
        await session[Symbol.asyncDispose]();
        session = await house.begin();
      }
      await using last = session;
      for (let minute = 5; minute <= 20; minute += 5) {
        house.clock.set(noonPlus(minute));
        await last.commit.take([measured(minute - 24 * 60, 45, 'level', noonPlus(minute))]);
        await last.commit.tick(true);
      }
      expect(await story()).toEqual(['level red unverified reached-doubtful 0', 'level red confirmed-by-silence 0']);
    },
  );

  describe('through a rate', () => {
    const calibrations = [{ from: '2020-01-01', source: 'test', factor: 1 }];
    const derive = { formula: 'rate', value: 'level', per: 'hour', windowSeconds: 3600, calibrations };
    /** What the rate comes to when the level is so at each minute, 60 m/h being the fastest it can change. */
    const rated = async (level: (minute: number) => number): Promise<string[]> => {
      await apply(database, {
        sensors: [
          { code: 'level', plausibility: { perHourMax: 60 } },
          { code: 'speed', unit: 'm/h', range: { min: -1e6, max: 1e6 }, derive },
        ],
        rules: [{ sensor: 'speed', limits: LIMITS, deadband: 1 }],
      });
      await using session = await house.begin();
      for (let minute = -60; minute <= 120; minute += 5) await session.commit.take([live(minute, level(minute))]);
      return (await story()).map((line) => line.replace('speed ', ''));
    };

    test('a spike is not confirmed by the next rates, though it is among what they are of', async () => {
      expect(await rated((minute) => (minute === 0 ? 500 : 5))).toEqual([
        'red unverified reached-doubtful 0',
        'normal receded 65',
      ]);
    });

    test('a step that lasts is', async () => {
      expect((await rated((minute) => (minute < 0 ? 5 : 505))).slice(0, 2)).toEqual([
        'red unverified reached-doubtful 0',
        'red confirmed-by-reading 5',
      ]);
    });

    test('a rise that is too fast throughout is', async () => {
      const told = await rated((minute) => 5 + Math.max(0, minute) * 8);
      expect(told.filter((line) => line.startsWith('red')).slice(0, 2)).toEqual([
        'red unverified reached-doubtful 10',
        'red confirmed-by-reading 15',
      ]);
    });
  });

  test('an unverified level waits for an edit no longer than it would have without one', async () => {
    await using session = await house.begin();
    await session.commit.take([live(0, WILD)]);
    house.clock.set(noonPlus(10));
    await apply(database, { ...SITE, rules: SITE.rules.slice(0, 3) });
    const edited = await session.reload();
    await edited.commit.tick(true);
    expect(await story()).toHaveLength(1);
    house.clock.set(noonPlus(16));
    await edited.commit.tick(true);
    expect((await story()).at(-1)).toBe('level red confirmed-by-silence 0');
  });
});

describe('R20 a reading in the very millisecond in which silence is noticed', () => {
  test.each([
    ['before the tick', true],
    ['after it', false],
  ])('%s: the sensor ends seen, blind at most once in between', async (_name, isFirst) => {
    await using session = await house.begin();
    await session.commit.take([live(0, 5)]);
    const at = plus(noonPlus(15), 1);
    house.clock.set(at);
    const reading = measured(15, 5, 'level', at);
    if (isFirst) await session.commit.take([reading]);
    await session.commit.tick(true);
    if (!isFirst) await session.commit.take([reading]);
    await session.commit.tick(true);
    const rows = await db.selectFrom('visibility_change').selectAll().orderBy('position').execute();
    const { sensor_id: level } = await db.selectFrom('reading').select('sensor_id').limit(1).executeTakeFirstOrThrow();
    const own = rows.filter(({ sensor_ids }) => sensor_ids.includes(level)).map(({ visibility }) => visibility);
    expect(own).toEqual(isFirst ? [] : ['blind', 'seen']);
    expect(own.at(-1) ?? 'seen').toBe('seen');
  });
});

describe('a level that nobody is called for', () => {
  const unapproved: Site = {
    ...SITE,
    rules: [{ sensor: 'level', limits: LIMITS, deadband: 1, approved: undefined }],
  };

  test('is told anew by the next reading once its limits are approved', async () => {
    await apply(database, unapproved);
    await judged(live(0, 45));
    await apply(database, SITE);
    await judged(live(5, 39.5), live(10, 39.5));
    const rows = await db.selectFrom('level_change').selectAll().orderBy('position').execute();
    expect(rows.map(({ from_level, to_level, cause, guarded }) => [from_level, to_level, cause, guarded])).toEqual([
      ['normal', 'red', 'reached', false],
      ['red', 'red', 'now-guarded', true],
    ]);
  });

  test('is told anew though its sensor is silent, by the tick after the edit, as it stood, and once', async () => {
    await apply(database, unapproved);
    let session = await house.begin();
    await session.commit.take([live(0, 45), live(1, 42)]);
    await session.commit.tick(true);
    await apply(database, SITE);
    session = await session.reload();
    for (const minute of [2, 3]) {
      house.clock.set(noonPlus(minute));
      await session.commit.tick(true);
    }
    await session[Symbol.asyncDispose]();
    await using restarted = await house.begin();
    await restarted.commit.tick(true);
    await restarted.commit.take([live(5, 42)]);
    const rows = await db.selectFrom('level_change').selectAll().orderBy('position').execute();
    expect(
      rows.map(({ cause, value, limit_value, guarded, verified }) => [cause, value, limit_value, guarded, verified]),
    ).toEqual([
      ['reached', 45, 40, false, true],
      ['now-guarded', 45, 40, true, true],
    ]);
    expect(rows[1]).toMatchObject({
      from_level: 'red',
      to_level: 'red',
      observed_at: new Date(noonPlus(0)),
      state_version: 2,
    });
  });

  test('is told anew after a restart too, when the edit was made while no judge was there', async () => {
    await apply(database, unapproved);
    await judged(live(0, 45));
    await apply(database, SITE);
    await using session = await house.begin();
    await session.commit.tick(true);
    expect((await story()).at(-1)).toBe('level red now-guarded 0');
  });

  test('stays unverified when it was, until the silence that confirms it calls', async () => {
    await apply(database, unapproved);
    await using session = await house.begin();
    await session.commit.take([live(0, WILD)]);
    await apply(database, SITE);
    const edited = await session.reload();
    await edited.commit.tick(true);
    expect((await story()).slice(1)).toEqual(['level red unverified now-guarded 0']);
    house.clock.set(noonPlus(16));
    await edited.commit.tick(true);
    expect((await story()).slice(2)).toEqual(['level red confirmed-by-silence 0']);
  });

  test('of a point in commissioning is not guarded', async () => {
    await judged(live(0, 45, 'trial'));
    expect(await db.selectFrom('level_change').select('guarded').execute()).toEqual([{ guarded: false }]);
  });
});

describe('a reading that comes too late to be judged', () => {
  const late = async () => {
    const rows = await db.selectFrom('late_exceedance').selectAll().orderBy('position').execute();
    return rows.map((row) => {
      const minute = (row.observed_at.getTime() - noonPlus(0)) / 60_000;
      return [row.target, row.level, row.standing, row.value, row.limit_value, minute];
    });
  };

  test('is told where it is graver than what stands, once for each episode, and again where it is graver still', async () => {
    await using session = await house.begin();
    await session.commit.take([live(0, 15)]);
    await session.commit.take([measured(-60, 5), measured(-55, 12), measured(-50, 25), measured(-45, 26)]);
    await session.commit.take([measured(-40, 45), measured(-35, 22)]);
    await session.commit.take([measured(-600, 25)]);
    expect(await late()).toEqual([
      ['pond/level', 'yellow', 'blue', 25, 20, -50],
      ['pond/level', 'red', 'blue', 45, 40, -40],
      ['pond/level', 'yellow', 'blue', 25, 20, -600],
    ]);
    expect(await story()).toEqual(['level blue reached 0']);
  });

  test('R23 never becomes the newest, however late: nor does it change what stands', async () => {
    await using session = await house.begin();
    await session.commit.take([live(0, 45)]);
    await session.commit.take([measured(-5, 1), message(`{"t":${String(noonPlus(-10))},"v":2}`)]);
    const [newest] = (await newestReadings(db, 'pond')).values();
    expect(newest).toMatchObject({ value: 45, observedAt: noonPlus(0) });
    expect(await story()).toEqual(['level red reached 0']);
  });
});
