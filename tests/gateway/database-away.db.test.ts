import { afterAll, expect, test } from 'vitest';
import { PULSE_TOPIC, UNRECORDED_TOPIC, liveTopic } from '../../src/contract/live.ts';
import type { LiveReading, Unrecorded } from '../../src/contract/live.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import { eventually } from '../support/eventually.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { testDatabase } from '../support/test-database.ts';
import { openPage, signIn, testGateway } from './test-gateway.ts';

const direct = await testDatabase();
const url = new URL(direct.url);
const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
url.host = `127.0.0.1:${String(proxy.port)}`;
const database = { ...direct, url: url.href, ...openDatabase(url.href, { name: 'test gateway' }) };
afterAll(async () => {
  await database.db.destroy();
  await proxy[Symbol.asyncDispose]();
});

test('while the database is away open pages stay connected and get live readings', async () => {
  await using broker = await startEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    password: 'password-of-ours',
    devicePassword: 'password-of-devices',
    onMessage: (_topic, _payload, settle) => {
      settle();
    },
  });
  const house = await testGateway(database, {
    mqttUrl: `mqtt://tailwatch:password-of-ours@127.0.0.1:${String(broker.port)}`,
    pulseEveryMs: 20,
    checkEveryMs: 20,
  });
  const cookie = await signIn(house, database);
  const page = await openPage(house, cookie);
  page.resume(null);
  const newest = () => page.messages.findLast((message) => message.type === 'pulse');
  await eventually(() => newest()?.following === true);

  proxy.open(false);
  proxy.cut();
  await eventually(() => newest()?.following === false, { what: 'the logs that cannot be read' });
  const at = house.clock.now();
  const readings: LiveReading[] = [[1, at, at, 45, 0]];
  const unrecorded: Unrecorded = { at, since: at, targets: [] };
  await eventually(() => {
    broker.publish(liveTopic('pond'), JSON.stringify({ siteId: 'pond', readings, recorded: false }));
    broker.publish(UNRECORDED_TOPIC, JSON.stringify(unrecorded));
    broker.publish(PULSE_TOPIC, JSON.stringify({ at, broker: true, database: false }));
    return newest()?.judge !== null && page.messages.some(({ type }) => type === 'readings');
  });
  expect(newest()?.judge).toMatchObject({ database: false });
  expect(page.messages.find(({ type }) => type === 'readings')).toMatchObject({ readings, recorded: false });
  expect(page.messages.find(({ type }) => type === 'unrecorded')).toEqual({ type: 'unrecorded', unrecorded });
  expect(page.isClosed()).toBe(false);
  // A wall whose line broke comes back in the dark; a session that nobody has seen is not let in.
  const again = await openPage(house, cookie);
  again.resume(null);
  await eventually(() => again.messages.some(({ type }) => type === 'pulse'), { what: 'the page that came back' });
  await expect(openPage(house, cookie.replace(/=.*/, '=unknown'))).rejects.toThrow('503');
  again.socket.terminate();

  proxy.open(true);
  await eventually(() => newest()?.following === true, { what: 'the logs being read again' });
  expect(page.isClosed()).toBe(false);
  page.socket.terminate();
});
