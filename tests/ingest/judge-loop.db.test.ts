import { beforeEach, describe, expect, test } from 'vitest';
import type { MqttSource } from '../../adapters/mqtt/mqtt-source.ts';
import { IntakeQueue } from '../../ingest/io/intake-queue.ts';
import { judgeLoop } from '../../src/app/judge-loop.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { eventually } from '../support/eventually.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { testDatabase } from '../support/test-database.ts';
import { apply, countReadings, levelStory } from '../support/watched-pond.ts';
import { judges, measured } from './judging.ts';

const database = await testDatabase();

beforeEach(async () => {
  await database.pool.query('truncate site, reading, quarantine, engine_lease restart identity cascade');
  await apply(database, {
    sensors: [{ code: 'level' }],
    rules: [{ sensor: 'level', limits: { blue: 10, yellow: 20, orange: 30, red: 40 }, deadband: 1 }],
  });
});

/** A source without a line: deliveries are offered by the test. */
function handSource(): MqttSource & { readonly story: string[] } {
  const story: string[] = [];
  let isConnected = false;
  return {
    story,
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
    publish: (topic) => void (topic.includes('readings') && story.push('live')),
    pause: () => story.push('pause'),
    resume: () => story.push('resume'),
  };
}

/** A judge in this process, whose way to the database a test can cut. */
async function startJudge(name = 'a') {
  const { hostname, port } = new URL(database.url);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  const url = new URL(database.url);
  url.host = `127.0.0.1:${String(proxy.port)}`;
  const house = judges(database);
  const source = handSource();
  const queue = new IntakeQueue({ boundBytes: 20_000, pause: () => source.pause(), resume: () => source.resume() });
  let isReady = false;
  const loop = judgeLoop({
    queue,
    source,
    clock: house.clock,
    log: createLogger('judge', 'silent'),
    openSession: () => house.tryToBegin(name, url.href),
    onReady: () => (isReady = true),
  });
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  await eventually(() => isReady, { what: 'the judge being ready' });
  return {
    proxy,
    source,
    queue,
    loop,
    async [Symbol.asyncDispose]() {
      proxy.open(true);
      stop.abort();
      await running;
      await proxy[Symbol.asyncDispose]();
    },
  };
}

test('a delivery is settled after its commit, and live subscribers are told', async () => {
  await using judge = await startJudge();
  const told = measured(-1, 35);
  judge.queue.offer(told);
  await eventually(() => told.settled === 1);
  expect(await countReadings(database)).toBe(1);
  expect(judge.source.story).toEqual(['connect', 'live']);
});

describe('when the connection is lost at COMMIT', () => {
  test.each([
    ['the commit was done and its answer lost', true],
    ['the commit was never asked for', false],
  ])('%s: stored once, judged once, settled once', async (_name, isDone) => {
    await using judge = await startJudge();
    const seenAtCut: number[] = [];
    judge.proxy.watch = (fromClient) => {
      if (!fromClient.includes('commit\0')) return true;
      judge.proxy.watch = () => true;
      judge.proxy.open(false);
      judge.proxy.holdAnswers();
      // Cut as soon as the database has done what was passed on to it.
      void eventually(async () => isDone === (await countReadings(database)) > 0).then(async () => {
        seenAtCut.push(await countReadings(database));
        judge.proxy.cut();
        judge.proxy.release();
        judge.proxy.open(true);
      });
      return isDone;
    };
    const told = [measured(-2, 35), measured(-1, 45)];
    for (const each of told) judge.queue.offer(each);
    await eventually(() => told.every(({ settled }) => settled === 1), { what: 'both settled' });

    expect(seenAtCut).toEqual([isDone ? 2 : 0]);
    expect(await countReadings(database)).toBe(2);
    expect((await levelStory(database)).map((line) => line.split(' ')[1])).toEqual(['normal->orange', 'orange->red']);
    expect(await database.db.selectFrom('quarantine').selectAll().execute()).toEqual([]);
    expect(judge.source.story).not.toContain('close');
  });
});

test('while the database is away nothing is settled and memory is bounded; afterwards everything is stored', async () => {
  await using judge = await startJudge();
  judge.proxy.open(false);
  judge.proxy.cut();
  const told = Array.from({ length: 100 }, (_, i) => measured(i - 200, 5));
  for (const each of told) judge.queue.offer(each);
  await eventually(() => judge.source.story.includes('pause'), { what: 'the source being paused' });
  expect(told.filter(({ settled }) => settled > 0)).toEqual([]);

  judge.proxy.open(true);
  await eventually(() => told.every(({ settled }) => settled === 1), { what: 'all settled' });
  expect(await countReadings(database)).toBe(100);
  expect(judge.queue.bytes).toBe(0);
  expect(judge.source.story.filter((line) => line !== 'live')).toEqual(['connect', 'pause', 'resume']);
});

test('a judge that loses its lease lets go of the line, writes nothing and stands by until it is its own again', async () => {
  await using first = await startJudge('a');
  await database.pool.query(`update engine_lease set renewed_at = renewed_at - interval '1 hour'`);
  {
    await using second = await startJudge('b');
    expect(second.source.story).toEqual(['connect']);
    const stolen = measured(-1, 45);
    first.queue.offer(stolen);
    await eventually(() => first.source.story.includes('close'), { what: 'the line being let go' });
    expect([stolen.settled, await countReadings(database), first.queue.bytes]).toEqual([0, 0, 0]);
    second.queue.offer(measured(-1, 5));
    await eventually(async () => (await countReadings(database)) === 1);
  }
  await eventually(() => first.source.story.filter((line) => line === 'connect').length === 2, {
    what: 'the first judge being back',
  });
  const told = measured(1, 6);
  first.queue.offer(told);
  await eventually(() => told.settled === 1);
  expect(await levelStory(database)).toEqual([]);
});

test('a new configuration is judged by after the reload, also when nobody told of it', async () => {
  await using judge = await startJudge();
  await apply(database, {
    sensors: [{ code: 'level' }, { code: 'other' }],
    rules: [{ sensor: 'other', limits: { red: 1 } }],
  });
  judge.loop.tick();
  await eventually(async () => {
    const told = measured(-1, 5, 'other');
    judge.queue.offer(told);
    await eventually(() => told.settled === 1);
    return (await levelStory(database)).length === 1;
  });
});
