import { beforeEach, describe, expect, test } from 'vitest';
import { maintenanceDesk } from '../../src/app/maintenance-desk.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply } from '../support/watched-pond.ts';
import { judges, measured, noonPlus } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const house = judges(database);
const desk = maintenanceDesk({ db, clock: house.clock });

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  house.clock.set(noonPlus(0));
  await apply(database, { sensors: [{ code: 'level' }], rules: [{ sensor: 'level', limits: { red: 40 } }] });
});

/** What was told of what is seen, with the minute at which it was. */
async function sights(): Promise<string[]> {
  const rows = await db.selectFrom('visibility_change').selectAll().orderBy('position').execute();
  return rows.map(({ visibility, cause, at }) => `${visibility} ${cause} ${String((+at - noonPlus(0)) / 60_000)}`);
}

describe('A8 a clock that was set back by a day, after the installation', () => {
  /** A reading that comes then, measured a day before as its instrument says. */
  const setBack = (minute: number) => measured(minute - 24 * 60, 45, 'level', noonPlus(minute));

  test.each([['in one session'], ['in a session for each reading']])(
    'nothing of what it says is judged, so it goes blind, and is seen again when its clock is right: %s',
    async (how) => {
      let session = await house.begin();
      await session.commit.take([measured(0, 5)]);
      for (let minute = 5; minute <= 40; minute += 5) {
        house.clock.set(noonPlus(minute));
        // Those of a restart wait for its grace: the last one is before minute 20.
        if (how !== 'in one session' && minute < 20) {
          await session[Symbol.asyncDispose]();
          session = await house.begin();
        }
        await session.commit.take([minute < 40 ? setBack(minute) : measured(minute, 5, 'level', noonPlus(minute))]);
        await session.commit.tick(true);
      }
      await session[Symbol.asyncDispose]();
      const blindAt = how === 'in one session' ? 20 : 35;
      expect(await sights()).toEqual([`blind missed-intervals ${String(blindAt)}`, 'seen data-returned 40']);
      // Nothing said by it is lost, and red is told as what came too late.
      expect(await db.selectFrom('late_exceedance').select('level').execute()).toContainEqual({ level: 'red' });
      expect(await db.selectFrom('level_change').select('target').execute()).toEqual([]);
    },
  );

  test('is a clock like any other for what it says before the installation: judged on arrival, and a sign of life', async () => {
    await using session = await house.begin();
    await session.commit.take([measured(0, 5)]);
    house.clock.set(noonPlus(20));
    await session.commit.take([measured(-20 * 365 * 24 * 60, 5, 'level', noonPlus(20))]);
    await session.commit.tick(true);
    expect(await sights()).toEqual(['doubtful doubtful-reading 20']);
  });
});

test('a backlog beside current readings changes nothing of what is seen', async () => {
  await using session = await house.begin();
  await session.commit.take([measured(0, 5)]);
  for (let minute = 5; minute <= 60; minute += 5) {
    house.clock.set(noonPlus(minute));
    const current = measured(minute, minute === 30 ? 9999 : 5, 'level', noonPlus(minute));
    await session.commit.take([current, measured(minute - 10 * 60, 5, 'level', noonPlus(minute))]);
    await session.commit.tick(true);
  }
  expect(await sights()).toEqual(['doubtful doubtful-reading 30', 'seen data-returned 35']);
});

test('what is measured under maintenance is heard, though nobody judges it: one that was blind is seen again', async () => {
  await using session = await house.begin();
  await session.commit.take([measured(0, 5)]);
  house.clock.set(noonPlus(20));
  await session.commit.tick(true);
  await desk.start('pond', { point: 'level', reason: 'new cable', minutes: 60 }, 'li');
  house.clock.set(noonPlus(25));
  await session.renew();
  await session.commit.take([measured(25, 45, 'level', noonPlus(25))]);
  expect(await sights()).toEqual(['blind missed-intervals 20', 'seen data-returned 25']);
  expect(await db.selectFrom('level_change').select('target').execute()).toEqual([]);
});
