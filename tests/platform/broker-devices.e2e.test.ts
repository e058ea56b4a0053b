import { networkInterfaces } from 'node:os';
import mqtt from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import type { BrokerDevice } from '../../src/platform/broker-guests.ts';
import { hashDevicePassword } from '../../src/platform/device-password.ts';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import { eventually } from '../support/eventually.ts';

const device = (username: string, topics: readonly string[], password = username): BrokerDevice => ({
  id: `id of ${username}`,
  siteId: username.split('.')[0] ?? '',
  username,
  passwordHash: hashDevicePassword(password),
  topics,
});
const LOGGER = device('pond.logger', ['ponds/pond/+']);
const OTHER = device('bluff.logger', ['ponds/bluff/+']);

/** An address of this machine that is not loopback; none in a container without a network. */
const OUTSIDE = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

const clients: MqttClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
});

async function open(devicePassword: string | null = 'shared-password') {
  const taken: string[] = [];
  const refused: string[] = [];
  const broker = await startEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    password: 'our-password',
    devicePassword,
    onMessage(topic, _payload, settle, from) {
      taken.push(`${from?.username ?? '-'} ${topic}`);
      settle();
    },
    onRefused: ({ why, user, topic }) => refused.push([why, user, ...(topic === null ? [] : [topic])].join(' ')),
  });
  broker.admit([LOGGER, OTHER]);
  const join = async (username?: string, password = username, more: IClientOptions = {}): Promise<MqttClient> => {
    const who = { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${String(broker.port)}`, {
      ...who,
      reconnectPeriod: 0,
      ...more,
    });
    clients.push(client);
    client.on('error', () => {});
    return client;
  };
  return { broker, taken, refused, join, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
}

const closed = (client: MqttClient): Promise<string> =>
  new Promise((resolve) => client.once('close', () => resolve('cut')));

describe('a device', () => {
  test('publishes where its list says, in its own name', async () => {
    await using house = await open();
    const logger = await house.join('pond.logger');
    await logger.publishAsync('ponds/pond/level', '1', { qos: 1 });
    await logger.publishAsync('ponds/pond/rain', '1', { qos: 0 });
    await eventually(() => house.taken.length === 2);
    expect(house.taken).toEqual(['pond.logger ponds/pond/level', 'pond.logger ponds/pond/rain']);
  });

  test.each([
    ['ponds/bluff/level'],
    ['ponds/pond/level/x'],
    ['ponds/pond'],
    ['PONDS/pond/level'],
    ['tailwatch/live/pulse'],
    ['tailwatch'],
    ['$SYS/broker'],
  ])('is cut when it publishes on %s, and nothing of it is taken', async (topic) => {
    await using house = await open();
    const logger = await house.join('pond.logger');
    const cut = closed(logger);
    const acknowledged = logger.publishAsync(topic, 'forged', { qos: 1 }).then(
      () => 'acknowledged',
      () => 'not',
    );
    expect(await Promise.race([cut, acknowledged])).not.toBe('acknowledged');
    await cut;
    expect([house.taken, house.refused]).toEqual([[], [`topic pond.logger ${topic}`]]);
  });

  test.each(['ponds/pond/+', 'ponds/#'])('is cut when its topic %s has a wildcard', async (topic) => {
    await using house = await open();
    const logger = await house.join('pond.logger');
    const cut = closed(logger);
    // mqtt.js would not send it.
    const bytes = Buffer.from(topic);
    logger.stream.write(
      Buffer.concat([Buffer.from([0x30, bytes.length + 3, 0, bytes.length]), bytes, Buffer.from('1')]),
    );
    await cut;
    expect(house.taken).toEqual([]);
  });

  test('hears nothing', async () => {
    await using house = await open();
    const logger = await house.join('pond.logger');
    const granted = await logger.subscribeAsync(['ponds/pond/+', '#', 'tailwatch/#']).catch(() => []);
    expect(granted.filter(({ qos }) => qos < 128)).toEqual([]);
  });

  test('is not let in with a last will on a topic that is not its own', async () => {
    await using house = await open();
    const will = { topic: 'tailwatch/live/pulse', payload: Buffer.from('forged'), qos: 0, retain: true } as const;
    await expect(house.join('pond.logger', 'pond.logger', { will })).rejects.toThrow(/not authorized/i);
    expect(house.refused).toEqual(['topic pond.logger tailwatch/live/pulse']);
    const own = await house.join('pond.logger', 'pond.logger', { will: { ...will, topic: 'ponds/pond/state' } });
    own.stream.destroy();
    await eventually(() => house.taken.length === 1);
    expect(house.taken).toEqual(['pond.logger ponds/pond/state']);
  });

  test.each([
    ['a wrong password', 'pond.logger', 'wrong'],
    ['an empty password', 'pond.logger', ''],
    ['no password', 'pond.logger', undefined],
    ['another device’s password', 'pond.logger', 'bluff.logger'],
    ['its hash', 'pond.logger', LOGGER.passwordHash],
    ['a user that is not known', 'pond.thief', 'pond.logger'],
    ['the password of our own processes', 'pond.logger', 'our-password'],
    ['its password for our own user', 'tailwatch', 'pond.logger'],
    ['an empty user', '', 'pond.logger'],
  ])('is not let in with %s', async (_what, user, password) => {
    await using house = await open();
    const who = { username: user, ...(password !== undefined && { password }) };
    await expect(
      mqtt.connectAsync(`mqtt://127.0.0.1:${String(house.broker.port)}`, { ...who, reconnectPeriod: 0 }),
    ).rejects.toThrow(/not authorized|bad user/i);
    expect(house.refused.map((line) => line.split(' ')[0])).toEqual(['password']);
  });

  test('cannot close another user’s line by its client id', async () => {
    await using house = await open();
    const logger = await house.join('pond.logger', 'pond.logger', { clientId: 'same' });
    const other = await house.join('bluff.logger', 'bluff.logger', { clientId: 'same' });
    await other.publishAsync('ponds/bluff/level', '1', { qos: 1 });
    await logger.publishAsync('ponds/pond/level', '1', { qos: 1 });
    const cut = closed(logger);
    await house.join('pond.logger', 'pond.logger', { clientId: 'same' });
    await cut;
    expect(house.taken).toHaveLength(2);
  });

  test('that is revoked is cut, its last will with it, and others stay', async () => {
    await using house = await open();
    const will = { topic: 'ponds/pond/state', payload: Buffer.from('gone'), qos: 0, retain: false } as const;
    const logger = await house.join('pond.logger', 'pond.logger', { will });
    const other = await house.join('bluff.logger');
    const cut = closed(logger);
    house.broker.admit([OTHER]);
    await cut;
    await expect(house.join('pond.logger')).rejects.toThrow(/not authorized/i);
    await other.publishAsync('ponds/bluff/level', '1', { qos: 1 });
    expect(house.taken).toEqual(['bluff.logger ponds/bluff/level']);
  });

  test('has its new topics at once, on the line that it has', async () => {
    await using house = await open();
    const logger = await house.join('pond.logger');
    house.broker.admit([{ ...LOGGER, topics: ['dams/pond/+'] }]);
    await logger.publishAsync('dams/pond/level', '1', { qos: 1 });
    const cut = closed(logger);
    logger.publish('ponds/pond/level', '1');
    await cut;
    expect(house.taken).toEqual(['pond.logger dams/pond/level']);
  });

  test('made anew under its name is another one: the older line is cut', async () => {
    await using house = await open();
    const logger = await house.join('pond.logger');
    const cut = closed(logger);
    house.broker.admit([{ ...LOGGER, id: 'another', passwordHash: hashDevicePassword('new') }]);
    await cut;
    await house.join('pond.logger', 'new');
  });
});

test('a thousand devices that come back at once are all let in', async () => {
  await using house = await open();
  const many = Array.from({ length: 1_000 }, (_, i) => device(`pond.d${String(i)}`, ['ponds/pond/+']));
  house.broker.admit(many);
  const joined = await Promise.all(many.map(({ username }) => house.join(username)));
  await Promise.all(joined.map((client) => client.publishAsync('ponds/pond/level', '1', { qos: 1 })));
  expect(house.taken).toHaveLength(1_000);
});

describe('the shared user', () => {
  test('is let in from this machine, also by its own address', async () => {
    await using house = await open();
    const shared = await house.join('instruments', 'shared-password');
    await shared.publishAsync('anything/at/all', '1', { qos: 1 });
    expect(house.taken).toEqual(['- anything/at/all']);
  });

  test('does not exist where it has no password', async () => {
    await using house = await open(null);
    for (const password of ['', 'null', 'shared-password'])
      await expect(house.join('instruments', password)).rejects.toThrow(/not authorized/i);
  });

  test.skipIf(OUTSIDE === undefined)('from this machine’s own address is of this machine', async () => {
    await using broker = await startEmbeddedBroker({
      host: OUTSIDE ?? '',
      port: 0,
      password: 'our-password',
      devicePassword: 'shared-password',
      onMessage: (_topic, _payload, settle) => settle(),
    });
    const url = `mqtt://instruments:shared-password@${OUTSIDE ?? ''}:${String(broker.port)}`;
    clients.push(await mqtt.connectAsync(url, { reconnectPeriod: 0 }));
  });
});
