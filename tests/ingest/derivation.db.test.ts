import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../adapters/adapter.ts';
import { liveMessages } from '../../src/app/live-readings.ts';
import { applySite } from '../../src/app/site-config-store.ts';
import { overviewOf } from '../../src/gateway/views/overview-view.ts';
import { instant } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { levelStory } from '../support/watched-pond.ts';
import { NOON, judges, noonPlus } from './judging.ts';

const database = await testDatabase();
const { db, pool } = database;
const { begin, clock } = judges(database);
const SAMPLE = await readFile(new URL('../../config/sites/mukilteo-bluff.yaml', import.meta.url), 'utf8');
/** Each level from these is what a linear calibration makes of it: one metre a hertz. */
const SITE = SAMPLE.replace(/polynomial: \{.*\}/, 'linear: { factor: 1, zero: 2900 }')
  .replace('offsetKilopascal: -5.25380505498', 'offsetKilopascal: 0')
  .replace('metresPerKilopascal: 0.1019977334', 'metresPerKilopascal: 0.01');
/** Raw count of the barometer at 101.3 kPa. */
const CALM = 2137.5;

const apply = (text: string) => applySite(db, { text, name: 'x.yaml', who: 'test', now: instant(NOON - 3_600_000) });

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  clock.set(NOON);
  await apply(SITE);
});

function sent(minutes: number, sensorCode: string, value: number): Delivery {
  const sample = {
    siteId: 'mukilteo-bluff',
    sensorCode,
    observedAt: noonPlus(minutes),
    receivedAt: clock.now(),
    value,
  };
  return {
    topic: `bluffs/mukilteo/${sensorCode}`,
    payload: Buffer.from('x'),
    samples: [sample],
    refusals: [],
    settle: () => {},
  };
}
/** At 3000 ohm and 101.3 kPa nearly a hundredth of the hertz above 2900, and the shift of 0.1 m. */
const frequency = (minutes: number, hertz: number) => sent(minutes, 'vwp-1-frequency', hertz);
const thermistor = (minutes: number) => sent(minutes, 'vwp-1-thermistor', 3000);
const barometer = (minutes: number) => sent(minutes, 'barometer', CALM);

const levels = async () =>
  (
    await db
      .selectFrom('reading')
      .innerJoin('sensor', 'sensor.id', 'reading.sensor_id')
      .select(['observed_at', 'version', 'value', 'quality', 'flags'])
      .where('code', '=', 'vwp-1-level')
      .orderBy('observed_at')
      .execute()
  ).map(({ observed_at, version, value, quality, flags }) =>
    [
      (observed_at.getTime() - NOON) / 60_000,
      `v${String(version)}`,
      value === null ? 'none' : value.toFixed(1),
      quality,
      ...(flags ?? []),
    ].join(' '),
  );

describe('a derived sensor', () => {
  it('is stored and judged in the commit of its last input, and shown live; channels are not', async () => {
    await using session = await begin();
    const { commit, memory } = session;
    await commit.take([barometer(-5), frequency(-5, 2950)]);
    expect(await levels()).toEqual([]);
    const { readings } = await commit.take([thermistor(-5)]);
    expect(await levels()).toEqual(['-5 v1 0.6 good']);
    expect(await levelStory(database)).toEqual([
      `mukilteo-bluff/vwp-1-level normal->red ${new Date(noonPlus(-5)).toISOString()}`,
    ]);
    const live = liveMessages(readings, (id) => memory.sensors.get(id)?.sight.siteId);
    expect(readings).toHaveLength(2);
    expect(live.map(({ payload }) => (JSON.parse(payload) as { readings: unknown[] }).readings.length)).toEqual([1]);
    const overview = await overviewOf(db, {
      siteId: 'mukilteo-bluff',
      now: NOON,
      carrierConfigured: false,
      sees: { phones: false, unassigned: true },
    });
    expect(overview.sensors.map(({ code }) => code)).toEqual([
      'air-pressure',
      'vwp-1-level',
      'vwp-2-level',
      'rain-24h',
    ]);
  });

  it('R21 without air pressure has no number, which no comparator sees: the level stands and nothing is shown', async () => {
    await using session = await begin();
    const { commit, memory } = session;
    await commit.take([barometer(-50), frequency(-50, 2950), thermistor(-50)]);
    await commit.take([frequency(-5, 2000), thermistor(-5)]);
    clock.set(instant(NOON + 30_000));
    const readings = await commit.tick(true);
    expect(await levels()).toEqual(['-50 v1 0.6 good', '-5 v1 none doubtful no-barometer']);
    expect(await levelStory(database)).toHaveLength(1);
    expect(liveMessages(readings, (id) => memory.sensors.get(id)?.sight.siteId)).toEqual([]);
    const seen = await db.selectFrom('visibility_change').select(['visibility', 'cause']).execute();
    expect(seen).toEqual([{ visibility: 'doubtful', cause: 'doubtful-reading' }]);
  });

  it('R21 is not made of an air pressure that cannot be one: of the one before it, while that counts', async () => {
    await using session = await begin();
    const { commit } = session;
    await commit.take([barometer(-50), frequency(-50, 2950), thermistor(-50)]);
    await commit.take([sent(-35, 'barometer', 65_535)]);
    await commit.take([frequency(-30, 2950), thermistor(-30), frequency(-15, 2950), thermistor(-15)]);
    clock.set(instant(NOON + 30_000));
    await commit.tick(true);
    expect(await levels()).toEqual(['-50 v1 0.6 good', '-30 v1 0.6 good', '-15 v1 none doubtful no-barometer']);
  });

  it('R12 that waited when its judge ended is derived by the next, once', async () => {
    {
      await using session = await begin();
      await session.commit.take([barometer(-20), frequency(-20, 2950), frequency(-5, 2951)]);
    }
    await using session = await begin();
    await session.commit.take([thermistor(-20), barometer(-5), thermistor(-5)]);
    await session.commit.take([frequency(-5, 2951), thermistor(-5)]);
    expect(await levels()).toEqual(['-20 v1 0.6 good', '-5 v1 0.6 good']);
  });

  it('that waited with all inputs stored is derived at the first tick of the next judge', async () => {
    await pool.query(
      `insert into reading (sensor_id, observed_at, received_at, value, quality)
       select id, $1, $2, case code when 'barometer' then 2137.5 when 'vwp-1-frequency' then 2950 else 3000 end, 'good'
       from sensor where code in ('barometer', 'vwp-1-frequency', 'vwp-1-thermistor')`,
      [new Date(noonPlus(-5)), new Date(NOON)],
    );
    await using session = await begin();
    await session.commit.tick(true);
    expect(await levels()).toEqual(['-5 v1 0.6 good']);
  });

  it('does not derive, nor judge, what came before it was configured', async () => {
    await pool.query(
      `insert into reading (sensor_id, observed_at, received_at, value, quality)
       select id, $1, $1, 2950, 'good' from sensor where code = 'vwp-1-frequency'`,
      [new Date(noonPlus(-500))],
    );
    await using session = await begin();
    clock.set(instant(NOON + 60_000));
    await session.commit.tick(true);
    expect(await levels()).toEqual([]);
  });

  it('has the calibration of the day it was measured, and what is recorded keeps its own', async () => {
    await using session = await begin();
    await session.commit.take([barometer(-20), frequency(-20, 2950), thermistor(-20)]);
    const [, first = ''] = /(\n {8}- from: 2015-08-01\n[^]*?)(?=\n {2}- code: vwp-2-level)/.exec(SITE) ?? [];
    const second = first.replace('2015-08-01', '2026-07-01').replace('elevation: 0.1', 'elevation: 5.1');
    await apply(SITE.replace(first, first + second).replace('{ min: -2, max: 5 }', '{ min: -2, max: 9 }'));
    const recalibrated = await session.reload();
    await recalibrated.commit.take([barometer(-5), frequency(-5, 2950), thermistor(-5)]);
    expect(await levels()).toEqual(['-20 v1 0.6 good', '-5 v2 5.6 good']);
  });

  it('cannot be reported: what says so is quarantined', async () => {
    await using session = await begin();
    const { refusals } = await session.commit.take([sent(-5, 'vwp-1-level', 0.1)]);
    expect(refusals.map(({ reason }) => reason)).toEqual(['sensor-unknown']);
    expect(await levels()).toEqual([]);
  });
});
