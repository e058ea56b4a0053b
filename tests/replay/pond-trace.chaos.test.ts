import { beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { connectInstrument } from '../support/instrument.ts';
import type { Instrument } from '../support/instrument.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { openHouse } from '../support/running-house.ts';
import type { House, RunningProgram } from '../support/running-house.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply, countReadings, levelStory } from '../support/watched-pond.ts';
import { hasPondTrace, readPondTrace } from './pond-trace.ts';
import type { TraceRow } from './pond-trace.ts';

const database = await testDatabase();
const rows = hasPondTrace ? readPondTrace() : [];
const TOPIC = 'pond/level/data';
const LEVELS = ['normal', 'blue', 'yellow', 'orange', 'red'];

beforeEach(async () => {
  await database.pool.query('truncate site, reading, engine_lease cascade');
  await apply(database, {
    sensors: [{ code: 'level' }],
    rules: [{ sensor: 'level', limits: { blue: 338.7, yellow: 338.8, orange: 338.86, red: 338.89 }, deadband: 0.01 }],
  });
});

/** What must come out, computed by other means than the engine's: whole centimetres, and a count of limits. */
function expectedStory(trace: readonly TraceRow[]): string[] {
  const limits = [33_870, 33_880, 33_886, 33_889];
  let level = 0;
  const story: string[] = [];
  for (const { observedAt, level: metres } of trace) {
    const cm = Math.round(metres * 100);
    const reached = limits.filter((limit) => cm >= limit).length;
    const next = reached > level ? reached : level > 0 && cm < (limits[level - 1] ?? 0) - 1 ? level - 1 : level;
    if (next !== level)
      story.push(`pond/level ${LEVELS[level]}->${LEVELS[next]} ${new Date(observedAt).toISOString()}`);
    level = next;
  }
  return story;
}

const publishAll = (instrument: Instrument, trace: readonly TraceRow[]) =>
  Promise.all(trace.map(({ observedAt, level }) => instrument.measure(TOPIC, observedAt, level)));

const stored = (atLeast: number, judge: RunningProgram) =>
  eventually(async () => (await countReadings(database)) >= atLeast, {
    withinMs: 30_000,
    what: `${String(atLeast)} readings`,
  }).catch(async (error: unknown) => {
    throw new Error(`the judge said: ${await judge.log()}`, { cause: error });
  });

/** Everything published before has been committed: the queue is in order. */
async function publishLast(instrument: Instrument, observedAt: number, judge: RunningProgram): Promise<void> {
  await instrument.measure(TOPIC, observedAt, 338.4);
  await eventually(
    async () =>
      database.db
        .selectFrom('reading')
        .select('value')
        .where('observed_at', '=', new Date(observedAt))
        .executeTakeFirst(),
    { withinMs: 30_000, what: 'the last reading' },
  ).catch(async (error: unknown) => {
    throw new Error(`the judge said: ${await judge.log()}`, { cause: error });
  });
}

describe.skipIf(!hasPondTrace)('three months of a real tailings pond through a real mosquitto', () => {
  const startJudge = (house: House, mqttUrl: string) =>
    house.run('judge', ['src/main.ts', 'judge'], { DATABASE_URL: database.url, MQTT_URL: mqttUrl });
  const end = (rows.at(-1)?.observedAt ?? 0) + 300_000;

  test('every row is stored once and the log is what it must be, also after a second publication', async () => {
    await using broker = await startMosquitto();
    await using house = await openHouse();
    const judge = await startJudge(house, broker.urlOf('tailwatch'));
    await using instrument = await connectInstrument(broker.urlOf('instruments'));
    expect(rows).toHaveLength(26_478);

    await publishAll(instrument, rows);
    await stored(rows.length, judge);
    const story = await levelStory(database);
    expect(story).toEqual(expectedStory(rows));
    expect(story.some((line) => line.includes('->red'))).toBe(true);

    await publishAll(instrument, rows);
    await publishLast(instrument, end, judge);
    expect(await countReadings(database)).toBe(rows.length + 1);
    expect(await levelStory(database)).toEqual(story);
    expect(await database.db.selectFrom('reading_conflict').selectAll().execute()).toEqual([]);
    expect(await database.db.selectFrom('quarantine').selectAll().execute()).toEqual([]);
  });

  test('the same with the judge killed twice in the middle', async () => {
    await using broker = await startMosquitto();
    await using house = await openHouse();
    const judge = await startJudge(house, broker.urlOf('tailwatch'));
    await using instrument = await connectInstrument(broker.urlOf('instruments'));

    const publishing = publishAll(instrument, rows);
    await stored(rows.length * 0.1, judge);
    await judge.kill();
    const atFirstKill = await countReadings(database);
    await publishing;
    await judge.start();
    await stored(atFirstKill + 1, judge);
    await judge.kill();
    const atSecondKill = await countReadings(database);
    await judge.start();
    await stored(rows.length, judge);

    expect(atFirstKill).toBeLessThan(atSecondKill);
    expect(atSecondKill).toBeLessThan(rows.length);
    expect(await countReadings(database)).toBe(rows.length);
    expect(await levelStory(database)).toEqual(expectedStory(rows));
  });

  test('a slice of it through the embedded broker, killed in the middle', async () => {
    await using house = await openHouse();
    const port = String(await freePort());
    const judge = await house.run('judge', ['src/main.ts', 'judge'], {
      DATABASE_URL: database.url,
      MQTT_LISTEN: `127.0.0.1:${port}`,
      MQTT_PASSWORD: 'our-own-password',
      MQTT_DEVICE_PASSWORD: 'device-password',
    });
    await using instrument = await connectInstrument(`mqtt://instruments:device-password@127.0.0.1:${port}`);
    const slice = rows.slice(0, 9_000);

    const publishing = publishAll(instrument, slice);
    await stored(slice.length * 0.1, judge);
    await judge.kill();
    const atKill = await countReadings(database);
    await judge.start();
    await publishing;

    expect(atKill).toBeLessThan(slice.length);
    expect(await countReadings(database)).toBe(slice.length);
    expect(await levelStory(database)).toEqual(expectedStory(slice));
  });
});
