import { expect, test } from 'vitest';
import { PULSE_TOPIC, liveTopic } from '../../src/contract/live.ts';
import type { LiveReading } from '../../src/contract/live.ts';
import { SECOND } from '../../src/core/time.ts';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import { beat } from '../../src/platform/heartbeat.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { openPage, signIn, testGateway } from './test-gateway.ts';

const port = await freePort();
const startBroker = () =>
  startEmbeddedBroker({
    host: '127.0.0.1',
    port,
    password: 'password-of-ours',
    devicePassword: 'password-of-devices',
    onMessage: (_topic, _payload, settle) => {
      settle();
    },
  });

const database = await testDatabase();
const house = await testGateway(database, {
  mqttUrl: `mqtt://tailwatch:password-of-ours@127.0.0.1:${String(port)}`,
  pulseEveryMs: 20,
});
const { app, clock } = house;
const cookie = await signIn(house, database);
const missing = async () => (await app.inject({ url: '/readyz' })).json<{ missing: string[] }>().missing;

test('A13 the gateway works without its broker, says so, and follows it again whenever it comes back', async () => {
  const page = await openPage(house, cookie);
  page.resume(null);
  const judge = () => page.messages.findLast((message) => message.type === 'pulse')?.judge;
  await eventually(() => judge() === null);
  expect(await missing()).toEqual(['broker', 'judge', 'alert']);

  for (const round of [1, 2]) {
    const broker = await startBroker();
    const readings: LiveReading[] = [[round, clock.now(), clock.now(), 338.5, 0]];
    const pulse = { at: clock.now(), broker: true, database: true };
    await eventually(async () => {
      broker.publish(liveTopic('pond'), '{"not":"readings"}');
      broker.publish(liveTopic('pond'), JSON.stringify({ siteId: 'pond', readings }));
      broker.publish(PULSE_TOPIC, JSON.stringify(pulse));
      await beat(database.db, 'alert', clock.now());
      return (await missing()).length === 0 && judge();
    });
    expect(judge()).toEqual(pulse);
    expect((await app.inject({ url: '/readyz' })).statusCode).toBe(200);
    const got = await eventually(() =>
      page.messages.findLast((message) => message.type === 'readings' && message.readings[0]?.[0] === round),
    );
    expect(got).toEqual({ type: 'readings', siteId: 'pond', readings, thinned: false });

    await broker[Symbol.asyncDispose]();
    await eventually(async () => (await missing()).includes('broker'));
    clock.advance(6 * SECOND + 1);
    await eventually(() => judge() === null);
  }
  page.socket.terminate();
});
