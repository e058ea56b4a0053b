import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { acquireWork } from '../../../src/app/acquire/acquire-work.ts';
import type { AcquireLine } from '../../../src/contract/acquire/acquire-config.ts';
import { commandTopic, commandsTo } from '../../../src/contract/acquire/command.ts';
import { decodeAcquired } from '../../../adapters/mqtt/acquired-decode.ts';
import { hostClock } from '../../../src/platform/clock.ts';
import { startEmbeddedBroker } from '../../../src/platform/embedded-broker.ts';
import type { EmbeddedBroker } from '../../../src/platform/embedded-broker.ts';
import { freePort } from '../../../src/platform/free-port.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { eventually } from '../../support/eventually.ts';
import { linesByHand } from './lines-by-hand.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const each of undo.splice(0).toReversed()) await each();
});

const line = (name: string, over: object = {}): AcquireLine =>
  ({
    name,
    protocol: 'files',
    edge: 'central',
    paused: false,
    ...over,
  }) as AcquireLine;
const of = (...lines: readonly AcquireLine[]) =>
  lines.map((each) => ({ siteId: 'pond', timeZone: 'Asia/Shanghai', line: each }));

/** A house with a broker that can be taken away, and all that came to it. */
async function house({ damaged }: { readonly damaged?: Uint8Array } = {}) {
  const port = await freePort();
  const values: number[] = [];
  const said: string[] = [];
  let broker: EmbeddedBroker | undefined;
  const up = async () => {
    broker = await startEmbeddedBroker({
      host: '127.0.0.1',
      port,
      password: 'our-password',
      acquirePassword: 'acquire-password',
      devicePassword: null,
      onMessage: (topic, payload, settle) => {
        const found = decodeAcquired({ topic, payload, receivedAt: hostClock().now() });
        values.push(...(found?.samples ?? []).map(({ value }) => value ?? NaN));
        said.push(...(found?.lines ?? []).map((each) => `${each.line} ${each.state} ${each.fault ?? ''}`.trim()));
        settle();
      },
    });
  };
  const down = async () => {
    await broker?.[Symbol.asyncDispose]();
    broker = undefined;
  };
  await up();
  undo.push(down);
  const dataDir = await mkdtemp(join(tmpdir(), 'acquire-'));
  undo.push(() => rm(dataDir, { recursive: true }));
  if (damaged !== undefined) {
    await mkdir(join(dataDir, 'spool'));
    await writeFile(join(dataDir, 'spool', '000000000001.seg'), damaged);
  }
  const hands = linesByHand();
  const work = await acquireWork({
    name: 'central',
    dataDir,
    secretsDir: null,
    broker: { url: `mqtt://acquire:acquire-password@127.0.0.1:${String(port)}`, hears: [commandsTo('central')] },
    spool: { megabytes: 16, days: 1 },
    protocols: hands.protocols,
    clock: hostClock(),
    log: createLogger('acquire', 'silent'),
  });
  const over = new AbortController();
  const running = work.run(over.signal);
  undo.push(async () => {
    over.abort();
    await running;
  });
  return {
    work,
    ...hands,
    values,
    said,
    up,
    down,
    publish: (topic: string, text: string) => broker?.publish(topic, text),
  };
}

test('A9 what a line gives is forwarded in its order, through an outage of the broker', async () => {
  const { work, begun, values, up, down } = await house();
  await work.follow(of(line('bus')));
  await eventually(() => begun.length === 1);
  await begun[0]?.give(1, 2, 3);
  await eventually(() => values.length === 3);
  await down();
  for (const value of [4, 5, 6]) await begun[0]?.give(value);
  await up();
  await eventually(() => values.includes(6));
  expect([...new Set(values)]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a line that throws is begun anew, and its fault is told once, and once that it is over', async () => {
  const { work, begun, values, said } = await house();
  await work.follow(of(line('bus'), line('other')));
  await eventually(() => begun.length === 2);
  const bus = begun.find(({ name }) => name === 'bus');
  await eventually(() => said.includes('bus connected'));
  bus?.break(new Error('a bug'));
  await eventually(() => begun.filter(({ name }) => name === 'bus').length === 2);
  await begun.at(-1)?.give(7);
  await eventually(() => values.includes(7));
  expect(said.filter((each) => each.startsWith('bus'))).toEqual([
    'bus connected',
    'bus faulty internal',
    'bus connected',
  ]);
  expect(said.filter((each) => each.startsWith('other'))).toEqual(['other connected']);
});

test('an edit of the site begins anew only the lines that it changes', async () => {
  const { work, begun } = await house();
  await work.follow(of(line('bus'), line('other')));
  await eventually(() => begun.length === 2);
  await work.follow(of(line('bus'), line('other', { note: 'changed' }), line('third')));
  await eventually(() => begun.length === 4);
  expect(begun.map(({ name }) => name).toSorted()).toEqual(['bus', 'other', 'other', 'third']);
  await work.follow(of(line('bus', { paused: true })));
  expect(work.lines.lines()).toEqual([]);
});

test('what is asked of it through the broker is done by the line that has the sensor', async () => {
  const { work, begun, values, publish } = await house();
  await work.follow(of(line('bus')));
  await eventually(() => begun.length === 1);
  await begun[0]?.give(1);
  await eventually(() => values.length === 1);
  publish(commandTopic('pond', 'central'), JSON.stringify({ id: 'a', line: 'bus', do: 'measure', sensors: ['p1'] }));
  publish(commandTopic('pond', 'central'), 'nonsense');
  await eventually(() => begun[0]?.measured.includes('p1') === true);
});

test('A10 what a damaged disk has lost of the spool is told when it is known to whom', async () => {
  const { work, said } = await house({ damaged: new Uint8Array(32) });
  await work.follow(of(line('bus')));
  await eventually(() => said.includes('~central connected spool-full'));
});
