import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import { openForwardLine } from '../../../adapters/mqtt/forward-line.ts';
import { startEmbeddedBroker } from '../../../src/platform/embedded-broker.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).toReversed()) await each();
});

async function lineToBroker(settles: boolean) {
  const broker = await startEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    password: 'our-password',
    acquirePassword: 'acquire-password',
    devicePassword: null,
    onMessage: (_topic, _payload, settle) => {
      if (settles) settle();
    },
  });
  let isDown = false;
  const down = async (): Promise<void> => {
    if (isDown) return;
    isDown = true;
    await broker[Symbol.asyncDispose]();
  };
  undo.push(down);
  const line = await openForwardLine({
    url: `mqtt://acquire:acquire-password@127.0.0.1:${String(broker.port)}`,
    clientId: 'test',
    hears: [],
    onMessage: () => {},
  });
  undo.push(() => line.close());
  return { line, down };
}

const TOPIC = 'tailwatch/acquired/pond/bus';

test('what the broker has not taken over when the line breaks is refused, and what comes after it too', async () => {
  const { line, down } = await lineToBroker(false);
  const both = Promise.allSettled([line.publish(TOPIC, Buffer.from('a')), line.publish(TOPIC, Buffer.from('b'))]);
  await down();
  const refused = { status: 'rejected', reason: { code: 'adapter/not-connected' } };
  expect(await both).toMatchObject([refused, refused]);
  await expect(line.publish(TOPIC, Buffer.from('c'))).rejects.toMatchObject({ code: 'adapter/not-connected' });
});

test('a line that lives long holds nothing of what was taken over', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { line } = await lineToBroker(true);
  const payload = Buffer.from('{}');
  const publish = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 100)
      await Promise.all(Array.from({ length: 100 }, () => line.publish(TOPIC, payload)));
  };
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  await publish(2_000);
  const before = heap();
  await publish(20_000);
  expect((heap() - before) / 20_000).toBeLessThan(100);
});
