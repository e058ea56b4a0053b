import { expect, test } from 'vitest';
import { PULSE_TOPIC, UNRECORDED_TOPIC, liveTopic } from '../../src/contract/live.ts';
import type { LiveReading, Unrecorded } from '../../src/contract/live.ts';
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

test('what the judge cannot record reaches pages, those that come meanwhile too, and ends when it is recorded', async () => {
  await using broker = await startBroker();
  const page = await openPage(house, cookie);
  page.resume(null);
  const told = ({ messages }: typeof page) =>
    messages.flatMap((message) => (message.type === 'unrecorded' ? [message.unrecorded] : []));
  const at = clock.now();
  const red = { siteId: 'pond', target: 'pond/high', level: 'red', value: 45, limit: 40, observedAt: at - 1 } as const;
  const unrecorded: Unrecorded = { at, since: at - 5, targets: [{ ...red, verified: true, guarded: true }] };
  const readings: LiveReading[] = [[1, at - 1, at, 45, 0]];
  const pulse = (at: number, database: boolean): void => {
    broker.publish(PULSE_TOPIC, JSON.stringify({ at, broker: true, database }));
  };
  await eventually(() => {
    broker.publish(liveTopic('pond'), JSON.stringify({ siteId: 'pond', readings, recorded: false }));
    broker.publish(UNRECORDED_TOPIC, '{"not":"it"}');
    broker.publish(UNRECORDED_TOPIC, JSON.stringify(unrecorded));
    return told(page).length > 0;
  });
  expect(told(page)[0]).toEqual(unrecorded);
  expect(page.messages.find(({ type }) => type === 'readings')).toMatchObject({ readings, recorded: false });

  // Neither a judge that is silent, nor one that cannot record, nor the pulse of the same moment ends it.
  pulse(at, true);
  pulse(at + 2_000, false);
  clock.advance(7 * SECOND);
  const late = await openPage(house, cookie);
  late.resume(null);
  await eventually(() => told(late).length > 0);
  expect(told(late)).toEqual([unrecorded]);
  expect(late.messages[0]).toMatchObject({ type: 'hello' });
  expect(told(page)).not.toContain(null);

  pulse(at + 4_000, true);
  await eventually(() => told(page).at(-1) === null && told(late).at(-1) === null);
  const last = await openPage(house, cookie);
  last.resume(null);
  await eventually(() => last.messages.some(({ type }) => type === 'pulse'));
  expect(told(last)).toEqual([]);
  for (const each of [page, late, last]) each.socket.terminate();
});
