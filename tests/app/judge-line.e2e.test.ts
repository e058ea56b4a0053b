import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { brokerSource } from '../../adapters/mqtt/broker-source.ts';
import { topicMap } from '../../adapters/mqtt/topic-map.ts';
import { IntakeQueue } from '../../ingest/io/intake-queue.ts';
import { judgeLoop } from '../../src/app/judge-loop.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { eventually } from '../support/eventually.ts';
import { handDatabase } from '../support/hand-session.ts';
import { connectInstrument } from '../support/instrument.ts';
import { startMosquitto } from '../support/mosquitto.ts';

const MAPPINGS = [
  { siteId: 'pond', topic: 'pond/{sensor}/data', value: 'v', observedAt: 't', time: 'epoch-ms' as const },
];
const MESSAGES = 1_500;
const clock = hostClock();

test('a judge whose intake was paused when the database came back takes what has waited, from an outside broker', async () => {
  await using broker = await startMosquitto();
  const database = handDatabase(MAPPINGS);
  let pauses = 0;
  const queue: IntakeQueue = new IntakeQueue({
    boundBytes: 100_000,
    pause: () => {
      pauses += 1;
      source.pause();
    },
    resume: () => source.resume(),
  });
  const url = broker.urlOf('tailwatch');
  const source = brokerSource({ url, clientId: async () => 'judge', clock, intake: queue });
  let isReady = false;
  const loop = judgeLoop({
    queue,
    source,
    clock,
    log: createLogger('judge', 'silent'),
    openSession: database.open,
    onReady: () => (isReady = true),
  });
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  await eventually(() => isReady, { what: 'the subscription' });

  database.failure = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  await using instrument = await connectInstrument(broker.urlOf('instruments'));
  const payload = JSON.stringify({ v: 1, t: Date.now(), pad: 'x'.repeat(300) });
  const told = Array.from({ length: MESSAGES }, (_, i) => instrument.publish(`pond/level${String(i)}/data`, payload));
  await Promise.all(told);
  await eventually(() => pauses > 0, { what: 'the intake being paused' });
  database.failure = null;

  await eventually(() => new Set(database.committed.map(({ topic }) => topic)).size === MESSAGES, {
    what: 'everything that waited',
  });
  expect(queue.bytes).toBe(0);
  stop.abort();
  await running;
  await source.close();
});

test('a broker that never answers the subscription is given up', async () => {
  const sockets = new Set<Socket>();
  const broker = createServer((socket) => {
    sockets.add(socket);
    // CONNACK of MQTT 5: success, no properties. Whatever comes after is not answered.
    socket.once('data', () => socket.write(Buffer.from([0x20, 3, 0, 0, 0])));
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  const url = `mqtt://tailwatch:secret@127.0.0.1:${String((broker.address() as AddressInfo).port)}`;
  const queue = new IntakeQueue({ boundBytes: 1000, pause: () => {}, resume: () => {} });
  const source = brokerSource({ url, clientId: async () => 'judge', clock, intake: queue });
  source.follow(topicMap(MAPPINGS));

  await expect(source.connect()).rejects.toMatchObject({ code: 'adapter/not-connected' });
  await eventually(() => sockets.size === 0, { what: 'the line being closed' });

  const opening = source.connect();
  await eventually(() => source.isConnected, { what: 'the line' });
  await source.close();
  await expect(opening).rejects.toMatchObject({ code: 'adapter/not-connected' });
  broker.close();
});
