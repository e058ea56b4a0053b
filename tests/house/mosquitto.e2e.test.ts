import { connect, connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

it('keeps a burst for a judge that is away, through a restart of its own', { timeout: 60_000 }, async () => {
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
  await eventually(() => heard.length >= BURST, { what: 'every reading of the burst', withinMs: 30_000 });
  expect(heard).toEqual(burst.map((text) => `ponds/a/level ${text}`));
});

it('lets instruments publish readings, hear nothing and forge nothing of ours', { timeout: 30_000 }, async () => {
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

it('cuts off a publisher of more than the judge takes: it is not told that it was kept', {
  timeout: 30_000,
}, async () => {
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
