import { expect, test } from 'vitest';
import type { MqttSource } from '../../adapters/mqtt/mqtt-source.ts';
import { IntakeQueue } from '../../ingest/io/intake-queue.ts';
import { judgeLoop } from '../../src/app/judge-loop.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { eventually } from '../support/eventually.ts';
import { handDatabase } from '../support/hand-session.ts';

/** A judge whose broker takes the connection and never answers. */
function loopBeforeSilentBroker() {
  const source: MqttSource = {
    isConnected: false,
    connect: () => new Promise(() => {}),
    follow: () => {},
    admit: () => {},
    takeHeard: () => new Map(),
    publish: () => {},
    pause: () => {},
    resume: () => {},
    close: () => Promise.resolve(),
  };
  const database = handDatabase([]);
  const loop = judgeLoop({
    queue: new IntakeQueue({ boundBytes: 1000, pause: source.pause, resume: source.resume }),
    source,
    clock: hostClock(),
    log: createLogger('judge', 'silent'),
    openSession: database.open,
    onReady: () => {},
  });
  return { loop, database };
}

test('a broker that does not answer keeps the judge neither from its lease nor from telling blindness', async () => {
  const { loop, database } = loopBeforeSilentBroker();
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  await eventually(() => {
    loop.tick();
    return database.ticks > 2;
  });
  stop.abort();
  await running;
});

test('while the database is away the judge goes on trying', async () => {
  const { loop, database } = loopBeforeSilentBroker();
  const stop = new AbortController();
  database.failure = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const running = loop.run(stop.signal);
  await Promise.resolve();
  database.failure = null;
  await eventually(() => {
    loop.tick();
    return database.ticks > 0;
  });
  stop.abort();
  await running;
});

test.each([new Error('no number'), Object.assign(new Error('no such table'), { code: '42P01' })])(
  'what time does not mend ends the judge: %o',
  async (failure) => {
    const { loop, database } = loopBeforeSilentBroker();
    database.failure = failure;
    await expect(loop.run(new AbortController().signal)).rejects.toBe(failure);
  },
);
