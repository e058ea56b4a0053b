import { beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { connectInstrument } from '../support/instrument.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { openHouse } from '../support/running-house.ts';
import type { House } from '../support/running-house.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply, countReadings, levelStory } from '../support/watched-pond.ts';

const database = await testDatabase();
const { db, pool } = database;
const TOPIC = 'pond/level/data';
const START = Date.now() - 3_600_000;
const at = (second: number): number => START + second * 1_000;

beforeEach(async () => {
  await pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(database, {
    sensors: [{ code: 'level' }],
    rules: [{ sensor: 'level', limits: { blue: 10, yellow: 20, orange: 30, red: 40 }, deadband: 1 }],
  });
});

const startJudge = (house: House, mqttUrl: string, name = 'judge') =>
  house.run(name, ['src/main.ts', 'judge'], { DATABASE_URL: database.url, MQTT_URL: mqttUrl, JUDGE_TICK_MS: '100' });
const stored = (count: number) =>
  eventually(async () => (await countReadings(database)) === count, {
    withinMs: 60_000,
    what: `${String(count)} readings`,
  });
const through = (url: string, port: number): string => {
  const proxied = new URL(url);
  proxied.port = String(port);
  return proxied.href;
};

describe('A13 a message delivered twice (QoS 1): a judge killed between its commit and the acknowledgement', () => {
  test('gets the reading again from an outside broker, and stores and judges it once', async () => {
    await using broker = await startMosquitto();
    await using proxy = await startTcpProxy({ port: broker.port });
    await using house = await openHouse();
    const judge = await startJudge(house, through(broker.urlOf('tailwatch'), proxy.port));
    await using instrument = await connectInstrument(broker.urlOf('instruments'));
    let swallowed = 0;
    proxy.watch = () => {
      swallowed += 1;
      return false;
    };
    await instrument.measure(TOPIC, at(0), 35);
    await stored(1);
    await eventually(() => swallowed > 0, { what: 'the acknowledgement being held' });
    await judge.kill();
    proxy.watch = () => true;
    await judge.start();

    await instrument.measure(TOPIC, at(1), 45);
    await stored(2);
    expect((await levelStory(database)).map((line) => line.split(' ')[1])).toEqual(['normal->orange', 'orange->red']);
    expect(await db.selectFrom('reading_conflict').selectAll().execute()).toEqual([]);
  });

  test('gets the reading again from the instrument itself, and stores and judges it once', async () => {
    const port = await freePort();
    await using proxy = await startTcpProxy({ port });
    await using house = await openHouse();
    const judge = await house.run('judge', ['src/main.ts', 'judge'], {
      DATABASE_URL: database.url,
      MQTT_LISTEN: `127.0.0.1:${String(port)}`,
      MQTT_PASSWORD: 'our-own-password',
      MQTT_DEVICE_PASSWORD: 'device-password',
    });
    await using instrument = await connectInstrument(
      `mqtt://instruments:device-password@127.0.0.1:${String(proxy.port)}`,
    );
    proxy.holdAnswers();
    const measuring = instrument.measure(TOPIC, at(0), 35);
    let isAcknowledged = false;
    void measuring.then(() => (isAcknowledged = true));
    await stored(1);
    await judge.kill();
    proxy.release();
    expect(isAcknowledged).toBe(false);
    await judge.start();
    await measuring;

    await instrument.measure(TOPIC, at(1), 45);
    expect(await countReadings(database)).toBe(2);
    expect((await levelStory(database)).map((line) => line.split(' ')[1])).toEqual(['normal->orange', 'orange->red']);
  });
});

describe('A13 a broker that restarts under the judge', () => {
  test.each(['stop', 'kill'] as const)(
    'after a %s readings flow again, whether or not it kept the session',
    async (end) => {
      await using broker = await startMosquitto();
      await using house = await openHouse();
      await startJudge(house, broker.urlOf('tailwatch'));
      await using instrument = await connectInstrument(broker.urlOf('instruments'));
      await instrument.measure(TOPIC, at(0), 5);
      await stored(1);

      await broker[end]();
      await broker.start();
      // A broker that lost its session also lost the subscription: what came before the judge was back is lost with it.
      await eventually(
        async () => {
          await instrument.measure(TOPIC, at(10), 35);
          return (await countReadings(database)) === 2;
        },
        { withinMs: 60_000, what: 'a reading after the restart' },
      );
      expect((await levelStory(database)).map((line) => line.split(' ')[1])).toEqual(['normal->orange']);
    },
  );

  test('what it took while the judge was away is delivered', async () => {
    await using broker = await startMosquitto();
    await using house = await openHouse();
    const judge = await startJudge(house, broker.urlOf('tailwatch'));
    await judge.stop();
    await using instrument = await connectInstrument(broker.urlOf('instruments'));
    for (let i = 0; i < 50; i += 1) await instrument.measure(TOPIC, at(i), 5);
    await broker.stop();
    await broker.start();
    await judge.start();
    await stored(50);
  });
});

test('a judge paused past take-over writes nothing when it goes on', async () => {
  // Who writes is written down by the database itself.
  await pool.query(`create table writer (place bigint generated always as identity, pid int);
    create function note_writer() returns trigger language plpgsql as
      $$ begin insert into writer (pid) values (pg_backend_pid()); return null; end $$;
    create trigger noted after insert on reading for each statement execute function note_writer();
    create trigger noted after insert or update on level_state for each statement execute function note_writer();
    create trigger noted after insert on level_change for each statement execute function note_writer();
    create trigger noted after insert on quarantine for each statement execute function note_writer()`);
  const lease = () => db.selectFrom('engine_lease').selectAll().executeTakeFirstOrThrow();
  const writers = async () =>
    new Set((await pool.query<{ pid: number }>('select pid from writer')).rows.map(({ pid }) => pid));

  await using broker = await startMosquitto();
  await using house = await openHouse();
  const first = await startJudge(house, broker.urlOf('tailwatch'), 'first');
  const second = await startJudge(house, broker.urlOf('tailwatch'), 'second');
  await using instrument = await connectInstrument(broker.urlOf('instruments'));
  await instrument.measure(TOPIC, at(0), 5);
  await stored(1);
  expect(await lease()).toMatchObject({ epoch: 1 });
  expect(await second.log()).toContain('standing by');

  first.pause();
  // These reach the paused judge's socket: it will read them first when it goes on.
  for (let i = 1; i <= 20; i += 1) await instrument.measure(TOPIC, at(i), i % 2 === 0 ? 5 : 45);
  await eventually(async () => (await lease()).epoch === 2, { withinMs: 60_000, what: 'the take-over' });
  await stored(21);
  await pool.query('truncate writer');
  first.resume();
  await eventually(async () => /another judge has taken over|standing by/.test(await first.log()), {
    withinMs: 60_000,
    what: 'the first judge seeing it',
  });
  for (let i = 21; i <= 40; i += 1) await instrument.measure(TOPIC, at(i), i % 2 === 0 ? 5 : 45);
  await stored(41);

  const holder = Number(/\/(\d+)@/.exec((await lease()).holder)?.[1]);
  expect((await lease()).epoch).toBe(2);
  expect(await writers()).toEqual(new Set([holder]));
  expect(await levelStory(database)).toHaveLength(40);
});
