import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { decodeAcquired } from '../../adapters/mqtt/acquired-decode.ts';
import { edgeTopics } from '../../src/app/device-topics.ts';
import { keepCertificate } from '../../src/platform/certificate.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { hashDevicePassword } from '../../src/platform/device-password.ts';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import type { EmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { openAuthority } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).toReversed()) await each();
});

const clock = hostClock();
const DEVICE = {
  id: '1',
  siteId: 'pond',
  username: 'pond.north',
  passwordHash: hashDevicePassword('edge-password'),
  topics: edgeTopics('pond', 'north'),
};
const LINE = `site: pond
edge: north
acquire:
  - name: loggers
    protocol: files
    edge: north
    folder: FOLDER
    pattern: '*.csv'
    format: csv
    everySeconds: 0.1
    time: { columns: [time], form: iso }
    columns:
      - { column: head, sensor: weir-head }
`;

/** A centre whose broker listens with TLS and can be taken away, and the values that came to it, in their order. */
async function centre() {
  const authority = await openAuthority();
  undo.push(async () => {
    await authority[Symbol.asyncDispose]();
  });
  const certificate = keepCertificate(await authority.issue('broker'), { log: pino({ level: 'silent' }), clock });
  undo.push(async () => certificate[Symbol.dispose]());
  const port = await freePort();
  const came: { readonly observedAt: number; readonly value: number | null }[] = [];
  const devices: (string | undefined)[] = [];
  let broker: EmbeddedBroker | undefined;
  const down = async () => {
    await broker?.[Symbol.asyncDispose]();
    broker = undefined;
  };
  const up = async () => {
    broker = await startEmbeddedBroker({
      host: '127.0.0.1',
      port: 0,
      secure: { host: '127.0.0.1', port, certificate },
      password: 'our-password',
      devicePassword: null,
      onMessage: (topic, payload, settle, device) => {
        devices.push(device?.username);
        const samples = decodeAcquired({ topic, payload, receivedAt: clock.now() })?.samples ?? [];
        came.push(...samples.map(({ observedAt, value }) => ({ observedAt, value })));
        settle();
      },
    });
    broker.admit([DEVICE]);
  };
  undo.push(down);
  return { authority, port, came, devices, up, down };
}

/** `tailwatch acquire --config` as it runs at a mine: no database, its file and the device's password. */
async function mine(ca: string, port: number) {
  const folder = await mkdtemp(join(tmpdir(), 'tailwatch-edge-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const files = join(folder, 'files');
  await mkdir(files);
  const config = join(folder, 'north.yaml');
  await writeFile(config, LINE.replace('FOLDER', files));
  const table = join(files, 'weir.csv');
  await writeFile(table, 'time,head\n');
  const env = {
    PATH: process.env['PATH'],
    DATA_DIR: join(folder, 'data'),
    MQTT_CA: ca,
    ACQUIRE_MQTT_URL: `mqtts://${DEVICE.username}:edge-password@127.0.0.1:${String(port)}`,
  };
  return {
    start() {
      const child = spawn(process.execPath, ['src/main.ts', 'acquire', '--config', config], { env, stdio: 'ignore' });
      const ended = once(child, 'exit');
      undo.push(async () => {
        child.kill('SIGKILL');
        await ended;
      });
      return {
        async kill() {
          child.kill('SIGKILL');
          await ended;
        },
      };
    },
    measures: (minute: number, head: number) =>
      appendFile(table, `2026-03-14T06:${String(minute).padStart(2, '0')}:00Z,${String(head)}\n`),
  };
}

test('A9 an edge at the mine forwards by its device’s password over TLS, and catches up in order after an outage in which it was killed', async () => {
  const { authority, port, came, devices, up, down } = await centre();
  const edge = await mine(authority.ca, port);
  await up();
  const first = edge.start();
  await edge.measures(1, 0.11);
  await eventually(() => came.length > 0, { what: 'the first value' });
  expect(new Set(devices)).toEqual(new Set([DEVICE.username]));

  await down();
  for (const minute of [2, 3, 4]) await edge.measures(minute, minute / 100);
  await first.kill();
  for (const minute of [5, 6]) await edge.measures(minute, minute / 100);
  edge.start();
  await up();
  await eventually(() => came.some(({ value }) => value === 0.06), { what: 'the last value of the outage' });

  const heard = came.filter((each, i) => came.findIndex(({ observedAt }) => observedAt === each.observedAt) === i);
  expect(heard).toEqual(
    [0.11, 0.02, 0.03, 0.04, 0.05, 0.06].map((value, i) => ({
      observedAt: Date.parse(`2026-03-14T06:0${String(i + 1)}:00Z`),
      value,
    })),
  );
});
