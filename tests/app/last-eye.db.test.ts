import { beforeEach, describe, expect, test } from 'vitest';
import { maintenanceDesk } from '../../src/app/maintenance-desk.ts';
import { instant } from '../../src/core/time.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
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
/** Work that may begin only where an eye is left. */
const startUnpatrolled = (point: string, minutes: number) =>
  desk.start('pond', { point, reason: 'thermistor replaced', minutes }, 'li');

describe('the last eye of a section', () => {
  const seen = async () => {
    await using session = await begin();
    await session.commit.take([now(-1, 5), measured(-1, 5, 'other')]);
    at(0);
  };

  test('is not taken without a patrol; with one it is, and both stand in the audit', async () => {
    await seen();
    await startUnpatrolled('p1', 60);
    await expect(startUnpatrolled('p2', 60)).rejects.toMatchObject({
      code: 'point/last-eye',
      message: '"p2" is the last eye of dam: name who patrols instead',
    });
    const id = await start('p2', 60);
    await desk.end(id, 'zhao');
    await desk.end(id, 'late');
    const audit = await db
      .selectFrom('audit')
      .selectAll()
      .where('action', 'like', 'maintenance/%')
      .orderBy('id')
      .execute();
    expect(audit).toMatchObject([
      { who: 'li', action: 'maintenance/start', facts: { point: 'p1', reason: 'thermistor replaced', lost: [] } },
      { who: 'li', action: 'maintenance/start', facts: { point: 'p2', lost: ['dam'], substitute: PATROL } },
      { who: 'zhao', action: 'maintenance/end', facts: { point: 'p2', maintenanceId: id } },
    ]);
  });

  test('what is begun and ended is told to every page', async () => {
    await desk.end(await start('p3', 60), 'zhao');
    const told = await db
      .selectFrom('callout_event')
      .select(['callout_id', 'type', 'facts'])
      .orderBy('position')
      .execute();
    expect(told).toEqual([
      {
        callout_id: null,
        type: 'maintenance-started',
        facts: { who: 'li', point: 'p3', note: 'thermistor replaced' },
      },
      { callout_id: null, type: 'maintenance-ended', facts: { who: 'zhao', point: 'p3' } },
    ]);
  });

  test('that is blind is no eye: the other is the last', async () => {
    await using session = await begin();
    await session.commit.take([now(0, 5)]);
    await expect(startUnpatrolled('p1', 60)).rejects.toMatchObject({ code: 'point/last-eye' });
    await startUnpatrolled('p2', 60);
  });

  test('cannot be taken by two people who ask at once for the two last', async () => {
    await seen();
    const asked = await Promise.allSettled([
      startUnpatrolled('p1', 60),
      startUnpatrolled('p2', 60),
      startUnpatrolled('p1', 60),
      startUnpatrolled('p2', 60),
    ]);
    const refused = asked.flatMap((each) =>
      each.status === 'rejected' ? [(each.reason as { code: string }).code] : [],
    );
    expect(refused.toSorted()).toEqual(['point/in-maintenance', 'point/last-eye', 'point/last-eye']);
    expect(await db.selectFrom('maintenance').select('point').execute()).toHaveLength(1);
  });

  test('is also lost with what it is derived from', async () => {
    await apply(database, {
      sensors: [
        { code: 'gauge' },
        {
          code: 'beach',
          item: 'beach-length',
          derive: {
            formula: 'beach-length',
            level: 'gauge',
            calibrations: [{ from: '2020-01-01', sections: [{ crest: 10, slope: 0.01 }], source: 'x' }],
          },
        },
      ],
      rules: [{ sensor: 'beach', worse: 'falling', limits: { red: 10 } }],
    });
    await using session = await begin();
    await session.commit.take([now(0, 5, 'gauge')]);
    await expect(startUnpatrolled('gauge', 60)).rejects.toMatchObject({
      message: /last eye of beach-length of the whole site/,
    });
    await start('gauge', 60);
    await session.commit.take([now(1, 5, 'gauge')]);
    const flags = await db
      .selectFrom('reading')
      .select('flags')
      .where('observed_at', '=', new Date(noonPlus(1)))
      .execute();
    expect(flags).toEqual([{ flags: ['maintenance'] }, { flags: ['maintenance'] }]);
  });

  test.each([
    ['an unknown site', () => desk.start('nowhere', { point: 'p1', reason: 'x', minutes: 1 }, 'li'), 'site/not-found'],
    ['an unknown point', () => startUnpatrolled('level', 1), 'point/not-found'],
    ['an unknown maintenance', () => desk.end('7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0009', 'li'), 'maintenance/not-found'],
  ])('%s is refused', async (_name, ask, code) => {
    await expect(ask()).rejects.toMatchObject({ code });
  });

  test('a point that is worked on cannot be taken twice, and can when it is over', async () => {
    await startUnpatrolled('p3', 10);
    await expect(startUnpatrolled('p3', 10)).rejects.toMatchObject({ code: 'point/in-maintenance' });
    clock.set(instant(noonPlus(10)));
    await startUnpatrolled('p3', 10);
  });
});

test('no sensor is moved to a point that is being worked on: nobody would be asked who watches instead', async () => {
  clock.set(hostClock().now());
  await desk.start('pond', { point: 'p3', reason: 'test', minutes: 60 }, 'test');
  const [first, ...others] = POND.sensors;
  const moved = { ...POND, sensors: [{ ...first, code: 'level', point: 'p3' }, ...others] };
  await expect(apply(database, moved)).rejects.toThrow(
    '"p3" is being worked on: "level" can be moved there when that is over',
  );
  const { rows } = await pool.query<{ id: string }>('select id from maintenance where ended_at is null');
  await desk.end(rows[0]?.id ?? '', 'test');
  await apply(database, moved);
});

describe('a point whose level nothing has confirmed', () => {
  const rules = [{ sensor: 'level', limits: LIMITS, deadband: 1 }];
  const refused = { code: 'point/level-unverified' };

  test('is not worked on, patrol or not, until it is confirmed or taken back: else the silence of the work hides it', async () => {
    await using session = await begin();
    await session.commit.take([now(0, 9999)]);
    await expect(start('p1', 60)).rejects.toMatchObject({
      ...refused,
      message: 'red of pond/level at "p1" is not confirmed yet: somebody has to look first',
    });
    expect(await db.selectFrom('maintenance').select('id').execute()).toEqual([]);
    await start('p2', 60);
    await session.commit.take([now(5, 45)]);
    // Confirmed: people are called for it, and one alone begins nothing there.
    await expect(start('p1', 60)).rejects.toMatchObject({ code: 'point/level-stands' });
    await session.commit.take([now(10, 5), now(12, 5)]);
    await start('p1', 60);
  });

  test('counts for what it is derived from too', async () => {
    await apply(database, {
      sensors: [
        { code: 'gauge' },
        {
          code: 'beach',
          item: 'beach-length',
          range: { min: 5, max: 1000 },
          derive: {
            formula: 'beach-length',
            level: 'gauge',
            calibrations: [{ from: '2020-01-01', sections: [{ crest: 10, slope: 0.01 }], source: 'x' }],
          },
        },
      ],
      rules: [{ sensor: 'beach', worse: 'falling', limits: { red: 10 } }],
    });
    await using session = await begin();
    await session.commit.take([now(0, 9.99, 'gauge')]);
    await expect(start('gauge', 60)).rejects.toMatchObject({ ...refused, message: /^red of pond\/beach at "gauge"/ });
  });

  test('cannot be taken by work that is asked for while the reading is committed', async () => {
    await apply(database, { ...POND, rules });
    await using session = await begin();
    const told = now(0, 9999);
    const [, asked] = await Promise.allSettled([session.commit.take([told]), start('p1', 60)]);
    const levels = await db.selectFrom('level_state').select('verified').execute();
    // Whichever came first: work that began has kept the reading from being judged.
    expect([asked.status, levels]).toEqual(
      asked.status === 'rejected' ? ['rejected', [{ verified: false }]] : ['fulfilled', []],
    );
  });
});
