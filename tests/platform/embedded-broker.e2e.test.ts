import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import mqtt from 'mqtt';
import type { MqttClient } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import { eventually } from '../support/eventually.ts';
import { connectInstrument } from '../support/instrument.ts';

const LIVE = 'tailwatch/live/readings/pond';

/** A broker that acknowledges at once. */
async function open() {
  const seen = { taken: 0 };
  const broker = await startEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    password: 'our-password',
    devicePassword: 'device-password',
    onMessage(_topic, _payload, settle) {
      seen.taken += 1;
      settle();
    },
  });
  const host = `127.0.0.1:${String(broker.port)}`;
  return {
    broker,
    seen,
    deviceUrl: `mqtt://instruments:device-password@${host}`,
    async screen(): Promise<{ readonly client: MqttClient; heard: number } & AsyncDisposable> {
      const client = await mqtt.connectAsync(`mqtt://tailwatch:our-password@${host}`, { reconnectPeriod: 0 });
      const screen = { client, heard: 0, [Symbol.asyncDispose]: () => client.endAsync(true) };
      client.on('message', () => (screen.heard += 1));
      await client.subscribeAsync(LIVE);
      return screen;
    },
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}

/** The socket takes nothing from the kernel any more, like that of a process that was stopped. */
const handleOf = ({ stream }: MqttClient) =>
  (stream as Socket & { readonly _handle: { readStop(): void; readStart(): void } })._handle;

const closing = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => {
    client.once('close', () => {
      resolve();
    });
  });

describe('a subscriber that stops reading', () => {
  test('holds up no instrument, costs little memory, and is cut; who comes after it hears', async () => {
    await using house = await open();
    await using stuck = await house.screen();
    await using lively = await house.screen();
    await using instrument = await connectInstrument(house.deviceUrl);
    const wasCut = closing(stuck.client);
    handleOf(stuck.client).readStop();

    const before = process.memoryUsage().rss;
    const payload = 'y'.repeat(20_000);
    const count = 20_000;
    for (let i = 0; i < count; i += 1) {
      house.broker.publish(LIVE, payload);
      if (i % 50 === 0) await turn();
      if (i % 1_000 === 0) await instrument.publish('pond/level/data', String(i));
    }
    expect(house.seen.taken).toBe(20);
    await eventually(() => lively.heard === count, { what: 'the lively subscriber having heard all' });
    // 400 MB were published; what the stuck one did not read is not kept.
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(200);

    handleOf(stuck.client).readStart();
    await wasCut;
    await using back = await house.screen();
    house.broker.publish(LIVE, payload);
    await eventually(() => back.heard === 1);
  });

  test('thousands of messages at once, behind hundreds of live ones that it does not take, are all acknowledged', async () => {
    await using house = await open();
    await using screen = await house.screen();
    await using instrument = await connectInstrument(house.deviceUrl);
    handleOf(screen.client).readStop();
    for (let i = 0; i < 500; i += 1) house.broker.publish(LIVE, 'y'.repeat(20_000));
    await Promise.all(Array.from({ length: 12_000 }, (_, i) => instrument.publish('pond/level/data', String(i))));
    expect(house.seen.taken).toBe(12_000);
  });
});

describe('while the broker takes nothing from instruments', () => {
  test('our own processes connect, are answered and hear; an instrument waits and is then let in', async () => {
    await using house = await open();
    await using before = await connectInstrument(house.deviceUrl, 'before');
    house.broker.pause();
    const published = before.publish('pond/level/data', '1');
    const arriving = connectInstrument(house.deviceUrl, 'during');

    await using screen = await house.screen();
    const answered = new Promise<void>((resolve) => {
      screen.client.on('packetreceive', ({ cmd }) => cmd === 'pingresp' && resolve());
    });
    screen.client.sendPing();
    await answered;
    house.broker.publish(LIVE, 'alive');
    await eventually(() => screen.heard === 1);
    expect(house.seen.taken).toBe(0);

    house.broker.resume();
    await published;
    await using during = await arriving;
    await during.publish('pond/level/data', '2');
    expect(house.seen.taken).toBe(2);
  });
});

test('a message that is not acknowledged holds up none behind it', async () => {
  const waiting: (() => void)[] = [];
  await using broker = await startEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    password: 'our-password',
    devicePassword: 'device-password',
    onMessage: (_topic, _payload, settle) => void waiting.push(settle),
  });
  await using instrument = await connectInstrument(
    `mqtt://instruments:device-password@127.0.0.1:${String(broker.port)}`,
  );
  let acknowledged = 0;
  const send = (): void => void instrument.publish('pond/level/data', '1').then(() => (acknowledged += 1));
  // Several at once, so that they come in one piece, and then each by itself.
  for (let i = 0; i < 10; i += 1) send();
  for (let i = 10; i < 20; i += 1) {
    await eventually(() => waiting.length === i, { what: `${String(i)} messages` });
    send();
  }
  await eventually(() => waiting.length === 20);
  expect(acknowledged).toBe(0);
  for (const settle of waiting) settle();
  await eventually(() => acknowledged === 20);
});
