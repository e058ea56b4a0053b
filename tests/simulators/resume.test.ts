import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PhoneNetwork } from '../../simulators/carrier/phone-network.ts';
import { keepState, readState } from '../../simulators/carrier/state-file.ts';
import { eventually } from '../support/eventually.ts';

const NUMBER = '+861000000001';
let folder = '';
let file = '';
let said: string[] = [];
let told: { path: string; event?: string }[] = [];
let isUp = true;
let url = '';
let networks: PhoneNetwork[] = [];

const caller = createServer((request, response) => {
  let raw = '';
  request.on('data', (chunk: Buffer) => (raw += chunk.toString()));
  request.on('end', () => {
    if (isUp) told.push({ path: request.url ?? '', ...(JSON.parse(raw) as { event?: string }) });
    response.writeHead(isUp ? 200 : 503).end(isUp ? '{}' : '');
  });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailwatch-phones-'));
  file = join(folder, 'phones.json');
  [said, told, isUp, networks] = [[], [], true, []];
  await new Promise<void>((resolve) => caller.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((caller.address() as AddressInfo).port)}`;
});
afterEach(async () => {
  for (const network of networks) network[Symbol.dispose]();
  caller.closeAllConnections();
  await new Promise((resolve) => caller.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** A run of the network. The one before it is not told: it was killed. */
function run({ ringMs = 60_000 } = {}): PhoneNetwork {
  const network = new PhoneNetwork({
    key: 'of-the-carrier',
    ringMs,
    talkMs: 60_000,
    speakingRate: Infinity,
    retryAfterMs: [5, 5, 5, 60_000],
    earlier: readState(file, (line) => said.push(line)),
  });
  keepState(file, network, (line) => said.push(line));
  networks.push(network);
  return network;
}
const kept = async () => JSON.parse(await readFile(file, 'utf8')) as { calls: { state: string }[]; pending: unknown[] };
const place = (network: PhoneNetwork, key: string) =>
  network.placeCall(key, {
    to: NUMBER,
    language: 'zh-CN',
    say: '红色预警。请按 7 确认。',
    gather: { digits: 1 },
    callback: `${url}/${key}`,
  });
const events = () => told.map(({ event }) => event);
const taken = (count: number) =>
  eventually(async () => told.length >= count && (await kept()).pending.length === 0, { what: 'reports being taken' });

it('a phone that rang goes on ringing in the next run, and can be picked up there', async () => {
  const before = run();
  const { id } = place(before, 'a');
  await taken(1);
  before[Symbol.dispose]();

  const after = run();
  expect(after.callOf(NUMBER)).toMatchObject({ id, state: 'ringing' });
  expect(place(after, 'a')).toEqual({ id, again: true });
  expect(after.gesture(NUMBER, 'pick-up')).toBe(true);
  expect(after.gesture(NUMBER, { press: '7' })).toBe(true);
  await eventually(() => events().join() === 'ringing,answered,digit');
});

it('a phone whose time ran out meanwhile is reported as not answered', async () => {
  const before = run();
  place(before, 'a');
  await taken(1);
  before[Symbol.dispose]();
  run({ ringMs: 1 });
  await eventually(() => events().join() === 'ringing,no-answer');
});

it('a report that was not taken is told by the next run', async () => {
  isUp = false;
  const before = run();
  place(before, 'a');
  before.gesture(NUMBER, 'busy');
  await eventually(async () => (await kept()).calls[0]?.state === 'ended');
  before[Symbol.dispose]();
  isUp = true;
  run();
  await eventually(() => events().join() === 'ringing,busy');
});

it('a message is sent once under its key, and what a script has used up stays so', async () => {
  const message = { to: NUMBER, text: '回复 1234', callback: `${url}/m`, inbound: `${url}/in` };
  const before = run();
  before.follow(NUMBER, [{ behaviour: 'busy' }, { behaviour: 'silent' }]);
  place(before, 'a');
  const { id } = before.sendMessage('m', message);
  await taken(2);
  before[Symbol.dispose]();

  const after = run();
  expect(after.sendMessage('m', message)).toEqual({ id, again: true });
  expect(after.messages).toHaveLength(1);
  place(after, 'b');
  expect(after.callOf(NUMBER)?.state).toBe('ringing');
});

it('a file that cannot be read is told, and the phones begin anew', async () => {
  await writeFile(file, '{"calls":');
  expect(run().calls.size).toBe(0);
  expect(said).toEqual([`begins anew: ${file} cannot be read`]);
});
