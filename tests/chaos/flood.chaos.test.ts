import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach, expect, test } from 'vitest';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { connectInstrument } from '../support/instrument.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { openHouse } from '../support/running-house.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply, countReadings } from '../support/watched-pond.ts';

const database = await testDatabase();
const MESSAGES = 1_600;
const SAMPLES = 500;
const TOPIC = 'pond/level/data';
const FIRST = Date.UTC(2026, 0, 1);
/** Of the judge, in MiB: far less than the flood would take, or its collector would see no need to work. */
const HEAP_MAX = 256;
/** What it may grow by: payloads lie beside that heap. */
const GROWTH_MAX = (HEAP_MAX + 128) * 1024 * 1024;

beforeEach(async () => {
  await database.pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(database, { sensors: [{ code: 'level' }], rules: [] });
});

/** One message as a logger sends it that was away for long: small on the line, five hundred samples in memory. */
const message = (k: number): string =>
  JSON.stringify(Array.from({ length: SAMPLES }, (_, i) => ({ t: FIRST + k * SAMPLES + i, v: i % 100 })));

const residentBytes = async (pid: number): Promise<number> => {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) * 1024;
};

const brokers = {
  async 'an outside broker'() {
    const broker = await startMosquitto();
    const env = { MQTT_URL: broker.urlOf('tailwatch') };
    return { env, deviceUrl: broker.urlOf('instruments'), [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
  },
  async 'the embedded broker'() {
    const listen = `127.0.0.1:${String(await freePort())}`;
    return {
      env: { MQTT_LISTEN: listen, MQTT_PASSWORD: 'our-own-password', MQTT_DEVICE_PASSWORD: 'device-password' },
      deviceUrl: `mqtt://instruments:device-password@${listen}`,
      [Symbol.asyncDispose]: async () => {},
    };
  },
};

test.each(Object.entries(brokers))(
  'A10 a flood while the database is stopped: %s holds what the judge has no room for, and nothing is lost',
  async (_name, open) => {
    await using broker = await open();
    const { hostname, port } = new URL(database.url);
    await using proxy = await startTcpProxy({ host: hostname, port: Number(port) });
    const databaseUrl = new URL(database.url);
    databaseUrl.host = `127.0.0.1:${String(proxy.port)}`;
    await using house = await openHouse();
    const judge = await house.run('judge', ['src/main.ts', 'judge'], {
      DATABASE_URL: databaseUrl.href,
      JUDGE_TICK_MS: '200',
      NODE_OPTIONS: `--max-old-space-size=${String(HEAP_MAX)}`,
      ...broker.env,
    });
    await using instrument = await connectInstrument(broker.deviceUrl);
    for (let k = 0; k < 50; k += 1) await instrument.publish(TOPIC, message(k));
    await eventually(async () => (await countReadings(database)) === 50 * SAMPLES, { what: 'what came before' });

    const before = await residentBytes(judge.pid);
    let most = 0;
    const look = async (): Promise<void> => {
      most = Math.max(most, await residentBytes(judge.pid));
    };
    proxy.open(false);
    proxy.cut();
    const sent = Promise.all(
      Array.from({ length: MESSAGES - 50 }, (_, i) => instrument.publish(TOPIC, message(50 + i))),
    );
    const isFull = async (): Promise<boolean> => {
      await look();
      return (await judge.log()).includes('as much waits as may');
    };
    await eventually(isFull, { withinMs: 60_000, what: 'the intake being full' });

    proxy.open(true);
    const isAllStored = async (): Promise<boolean> => {
      await look();
      return (await countReadings(database)) === MESSAGES * SAMPLES;
    };
    await eventually(isAllStored, { withinMs: 120_000, what: 'every reading' });
    await sent;
    expect(most - before).toBeLessThan(GROWTH_MAX);
  },
);
