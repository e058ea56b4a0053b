import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mosquittoFiles, writeMosquittoFiles } from '../../src/app/device-export.ts';
import type { BrokerDevice } from '../../src/platform/broker-guests.ts';
import { hashDevicePassword } from '../../src/platform/device-password.ts';
import { eventually } from '../support/eventually.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import type { BrokerUser, Mosquitto } from '../support/mosquitto.ts';

/** More than mosquitto's default queue of 1,000, beyond which it drops what it has acknowledged. */
const BURST = 5_000;

let broker: Mosquitto;
const clients: MqttClient[] = [];
beforeEach(async () => {
  broker = await startMosquitto();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  await broker[Symbol.asyncDispose]();
});

async function join(user: BrokerUser, clientId: string): Promise<{ client: MqttClient; heard: string[] }> {
  const client = connect(broker.urlOf(user), {
    clientId,
    clean: false,
    protocolVersion: 5,
    properties: { sessionExpiryInterval: 0xffffffff, receiveMaximum: 20_000 },
    reconnectPeriod: 0,
  });
  const heard: string[] = [];
  client.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
  // A forger is thrown out at once; what it has to say for itself does not matter here.
  client.on('error', () => undefined);
  clients.push(client);
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  return { client, heard };
}

it('keeps a burst for a judge that is away, through a restart of its own', async () => {
  const judge = await join('tailwatch', 'judge');
  await judge.client.subscribeAsync('ponds/#', { qos: 1 });
  await judge.client.endAsync();

  const instruments = await join('instruments', 'logger');
  const burst = Array.from({ length: BURST }, (_, i) => String(i));
  await Promise.all(burst.map((text) => instruments.client.publishAsync('ponds/a/level', text, { qos: 1 })));
  await instruments.client.endAsync();
  await broker.stop();
  await broker.start();

  const { heard } = await join('tailwatch', 'judge');
  await eventually(() => heard.length >= BURST, { what: 'every reading of the burst', withinMs: 60_000 });
  expect(heard).toEqual(burst.map((text) => `ponds/a/level ${text}`));
});

it('lets instruments publish readings, hear nothing and forge nothing of ours', async () => {
  const judge = await join('tailwatch', 'judge');
  await judge.client.subscribeAsync('#', { qos: 1 });
  const instruments = await join('instruments', 'logger');
  await instruments.client.subscribeAsync('#', { qos: 1 }).catch(() => undefined);

  const forger = await join('instruments', 'forger');
  await forger.client.publishAsync('tailwatch/pulse', 'forged', { qos: 1 }).catch(() => undefined);
  await judge.client.publishAsync('tailwatch/pulse', 'ours', { qos: 1 });
  await instruments.client.publishAsync('ponds/a/level', '1', { qos: 1 });
  await eventually(() => judge.heard.includes('ponds/a/level 1'), { what: 'the reading' });
  expect(judge.heard).toEqual(['tailwatch/pulse ours', 'ponds/a/level 1']);
  expect(instruments.heard).toEqual([]);
});

it('cuts off a publisher of more than the judge takes: it is not told that it was kept', async () => {
  // In MQTT 3.1.1, where a refusal cannot be told, and a limit on payloads would be an acknowledgement.
  const client = await connectAsync(broker.urlOf('instruments'), { protocolVersion: 4, reconnectPeriod: 0 });
  client.on('error', () => undefined);
  clients.push(client);
  const cut = new Promise<string>((resolve) => client.once('close', () => resolve('cut')));
  const kept = client.publishAsync('ponds/a/level', Buffer.alloc(16_777_217), { qos: 1 }).then(
    () => 'acknowledged',
    () => 'refused',
  );
  expect(await Promise.race([cut, kept])).not.toBe('acknowledged');
});

it('refuses whoever has no password', async () => {
  await expect(connectAsync(`mqtt://127.0.0.1:${String(broker.port)}`, { reconnectPeriod: 0 })).rejects.toThrow(
    /not authorized/i,
  );
});

it('with the files of `device export` each device publishes on its own topics only, until it is revoked', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-exported-'));
  const device = (site: string, topics: string[]): BrokerDevice => ({
    id: site,
    siteId: site,
    username: `${site}.logger-1`,
    passwordHash: hashDevicePassword(`secret of ${site}`),
    topics,
  });
  const [pond, bluff] = [device('pond', ['ponds/pond/+', '尾矿库/一号 坝/#']), device('bluff', ['ponds/bluff/+'])];
  const service = { user: 'tailwatch', password: 'tailwatch' };
  await writeMosquittoFiles(folder, mosquittoFiles(service, [pond, bluff]));
  const own = await startMosquitto({ exported: folder });
  try {
    const enter = async (user: string, password: string): Promise<MqttClient> => {
      const client = await connectAsync(own.url, { username: user, password, protocolVersion: 4, reconnectPeriod: 0 });
      client.on('error', () => undefined);
      clients.push(client);
      return client;
    };
    const judge = await enter('tailwatch', 'tailwatch');
    const heard: string[] = [];
    judge.on('message', (topic) => heard.push(topic));
    await judge.subscribeAsync('#', { qos: 1 });

    for (const topic of ['ponds/bluff/level', 'ponds/pond/level/x', 'tailwatch/pulse']) {
      // Not told what is wrong, and thrown out.
      const forger = await enter('pond.logger-1', 'secret of pond');
      await Promise.race([
        new Promise((resolve) => forger.once('close', () => resolve(undefined))),
        forger.publishAsync(topic, '1', { qos: 1 }).catch(() => undefined),
      ]);
    }
    const logger = await enter('pond.logger-1', 'secret of pond');
    const toLogger: string[] = [];
    logger.on('message', (topic) => toLogger.push(topic));
    await logger.subscribeAsync('#', { qos: 1 }).catch(() => undefined);
    for (const topic of ['ponds/pond/level', '尾矿库/一号 坝/水位']) await logger.publishAsync(topic, '1', { qos: 1 });
    await judge.publishAsync('end', '', { qos: 1 });
    await eventually(() => heard.includes('end'), { what: 'all that was let through' });
    expect(heard).toEqual(['ponds/pond/level', '尾矿库/一号 坝/水位', 'end']);
    expect(toLogger).toEqual([]);
    await expect(enter('pond.logger-1', 'secret of bluff')).rejects.toThrow(/not authorized/i);

    await writeMosquittoFiles(folder, mosquittoFiles(service, [bluff]));
    own.hangUp();
    await eventually(
      () =>
        enter('pond.logger-1', 'secret of pond').then(
          () => false,
          () => true,
        ),
      { what: 'the revoked device being refused' },
    );
    await enter('bluff.logger-1', 'secret of bluff');
  } finally {
    await own[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
});
