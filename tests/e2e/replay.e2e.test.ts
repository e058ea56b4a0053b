import { expect, test } from 'vitest';
import { applySite } from '../../src/app/site-config-store.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { eventually } from '../support/eventually.ts';
import { connectInstrument } from '../support/instrument.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { openHouse } from '../support/running-house.ts';
import { testDatabase } from '../support/test-database.ts';
import { countReadings } from '../support/watched-pond.ts';
import { watchedSite } from '../support/watched-site.ts';

const database = await testDatabase();
const { db, pool } = database;
const MINUTE = 60_000;
const FIRST = Date.now() - 400 * MINUTE;

/** A site whose device writes its numbers under `v`; whether or not its mapping says so. */
async function site(name: string, values: string): Promise<void> {
  const right = watchedSite({
    site: name,
    sensors: [{ code: 'p-1' }, { code: 'p-2' }],
    rules: [{ sensor: 'p-1', limits: { blue: 10, red: 20 }, deadband: 1 }],
    records: true,
  });
  const text = right.replace(/(values"?: "?)v/, `$1${values}`);
  expect(text === right).toBe(values === 'v');
  await applySite(db, { text, name: `${name}.yaml`, who: 'test', now: hostClock().now() });
}

const readingsOf = async (name: string) =>
  (
    await db
      .selectFrom('reading')
      .innerJoin('sensor', 'sensor.id', 'sensor_id')
      .select(['code', 'observed_at', 'value', 'quality', 'flags'])
      .where('site_id', '=', name)
      .orderBy('code')
      .orderBy('observed_at')
      .execute()
  ).map((row) => ({ ...row, observed_at: row.observed_at.getTime() }));

const levelsOf = async (name: string) =>
  (await db.selectFrom('level_change').selectAll().where('site_id', '=', name).orderBy('position').execute()).map(
    ({ from_level, to_level, observed_at }) => [from_level, to_level, observed_at.getTime()],
  );

test('what a wrong mapping refused becomes, when it is mended and read again, what a right one would have stored', async () => {
  await site('right', 'v');
  await site('wrong', 'data');
  await using broker = await startMosquitto();
  await using house = await openHouse();
  const env = { DATABASE_URL: database.url, MQTT_URL: broker.urlOf('tailwatch'), JUDGE_TICK_MS: '100' };
  const judge = await house.run('judge', ['src/main.ts', 'judge'], env);
  await using instrument = await connectInstrument(broker.urlOf('instruments'));
  const record = (i: number) => ({ t: FIRST + i * MINUTE, v: { 'p-1': i / 14, 'p-2': i === 7 ? null : i / 100 } });
  for (let i = 0; i < 300; i += 3) {
    const payload = JSON.stringify([record(i), record(i + 1), record(i + 2)]);
    for (const name of ['right', 'wrong']) await instrument.publish(`${name}/records/logger-1/data`, payload);
  }
  await eventually(async () => (await countReadings(database)) === 599, { withinMs: 60_000, what: 'the right ones' });
  await eventually(
    async () =>
      (await db.selectFrom('quarantine').select('id').where('site_id', '=', 'wrong').execute()).length === 100,
    { withinMs: 60_000, what: 'what is refused' },
  );
  expect(await readingsOf('wrong')).toEqual([]);

  await site('wrong', 'v');
  await pool.query(
    `insert into quarantine_replay (site_id, requested_by, requested_at, up_to)
     select 'wrong', 'test', now(), max(id) from quarantine`,
  );
  await pool.query('notify quarantine_replay');
  await eventually(async () => (await countReadings(database)) >= 700, { withinMs: 60_000, what: 'some of it' });
  await judge.kill();
  await judge.start();
  const done = () => db.selectFrom('quarantine_replay').selectAll().where('done_at', 'is not', null).execute();
  await eventually(async () => (await done()).length === 1, { withinMs: 60_000, what: 'the end of the replay' });

  expect(await readingsOf('wrong')).toEqual(await readingsOf('right'));
  expect((await levelsOf('wrong')).length).toBe(2);
  expect(await levelsOf('wrong')).toEqual(await levelsOf('right'));
  expect((await done())[0]).toMatchObject({ stored: 100, refused: 0 });
  const left = await db
    .selectFrom('quarantine')
    .select(['site_id', 'reason'])
    .where('replayed_at', 'is', null)
    .execute();
  expect(left.toSorted((a, b) => String(a.site_id).localeCompare(String(b.site_id)))).toEqual([
    { site_id: 'right', reason: 'value-null' },
    { site_id: 'wrong', reason: 'value-null' },
  ]);
});
