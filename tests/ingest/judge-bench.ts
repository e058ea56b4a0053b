import type { MqttSource } from '../../adapters/mqtt/mqtt-source.ts';
import { IntakeQueue } from '../../ingest/io/intake-queue.ts';
import { judgeLoop } from '../../src/app/judge-loop.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { eventually } from '../support/eventually.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { judges } from './judging.ts';

/** A source without a line: deliveries are offered by the test. */
export interface HandSource extends MqttSource {
  readonly story: string[];
  readonly published: { readonly topic: string; readonly payload: string }[];
}

function handSource(): HandSource {
  const story: string[] = [];
  const published: { topic: string; payload: string }[] = [];
  let isConnected = false;
  return {
    story,
    published,
    get isConnected() {
      return isConnected;
    },
    connect() {
      isConnected = true;
      story.push('connect');
      return Promise.resolve();
    },
    close() {
      if (isConnected) story.push('close');
      isConnected = false;
      return Promise.resolve();
    },
    follow: () => {},
    admit: () => {},
    takeHeard: () => new Map(),
    publish(topic, payload) {
      published.push({ topic, payload: String(payload) });
      if (topic.includes('readings')) story.push('live');
    },
    pause: () => story.push('pause'),
    resume: () => story.push('resume'),
  };
}

/** A judge in this process, whose way to the database a test can cut. */
export async function loopJudge(database: TestDatabase, name = 'a', { away = false } = {}) {
  const { hostname, port } = new URL(database.url);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  const url = new URL(database.url);
  url.host = `127.0.0.1:${String(proxy.port)}`;
  const house = judges(database);
  const source = handSource();
  const queue = new IntakeQueue({ boundBytes: 20_000, pause: () => source.pause(), resume: () => source.resume() });
  proxy.open(!away);
  let isReady = false;
  let attempts = 0;
  const loop = judgeLoop({
    queue,
    source,
    clock: house.clock,
    log: createLogger('judge', 'silent'),
    openSession() {
      attempts += 1;
      return house.tryToBegin(name, url.href);
    },
    onReady: () => (isReady = true),
  });
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  await eventually(() => isReady || away, { what: 'the judge being ready' });
  return {
    proxy,
    source,
    queue,
    loop,
    clock: house.clock,
    /** How often a session was asked for. */
    get attempts() {
      return attempts;
    },
    /** Ends what is under way, and lets nothing through any more. */
    takeDatabaseAway() {
      proxy.open(false);
      proxy.cut();
    },
    async [Symbol.asyncDispose]() {
      proxy.open(true);
      stop.abort();
      await running;
      await proxy[Symbol.asyncDispose]();
    },
  };
}
