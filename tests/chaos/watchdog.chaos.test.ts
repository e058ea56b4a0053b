import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { startPhones } from '../support/phone.ts';
import { openHouse } from '../support/running-house.ts';

const FIRST = '+861000000021';
const SECOND_ONE = '+861000000022';
const KEY = 'key of the watchdog';

const folder = await mkdtemp(join(tmpdir(), 'tailwatch-watchdog-'));
const phones = await startPhones();
const house = await openHouse();
afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await phones[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const file = join(folder, 'watchdog.yaml');
const person = (id: string, phone: string) => ({ id, name: { zh: id, en: id }, phone });
await writeFile(
  file,
  stringify({
    name: { zh: '示范矿', en: 'Demo mine' },
    silenceSeconds: 20,
    graceSeconds: 5,
    people: [person('it', FIRST), person('room', SECOND_ONE)],
    ladder: [
      { call: 'it', answerWithinSeconds: 10 },
      { call: 'room', answerWithinSeconds: 60 },
    ],
  }),
);
const port = String(await freePort());
const url = `http://127.0.0.1:${port}`;
let runs = 0;

/** `later`: how far its clock is ahead, as if so much time had passed while it was down. */
const watchdog = (later = 0) =>
  house.run(`watchdog-${String(++runs)}`, ['src/main.ts', 'watchdog', file], {
    HEARTBEAT_KEY: KEY,
    CARRIER_URL: phones.url,
    CARRIER_KEY: phones.key,
    PORT: port,
    DATA_DIR: folder,
    CLOCK_OFFSET_MS: String(later),
  });
const say = (body: object, key = KEY) =>
  fetch(`${url}/heartbeat`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const health = async () =>
  (await (await fetch(`${url}/healthz`)).json()) as { calling: boolean; heardAt: number | null };
const called = async () => (await phones.log()).calls.map(({ to }) => to);

test('the service falls silent, and the watchdog itself is killed twice: people are called one after the other until the digit, nobody twice for one attempt', async () => {
  const dog = await watchdog();
  expect((await say({ type: 'alive', upMs: 1_000 }, 'another key')).status).toBe(401);
  expect((await health()).heardAt).toBeNull();
  expect((await say({ type: 'alive', upMs: 1_000 })).status).toBe(204);
  // What was heard is on disk when it was answered.
  await dog.kill();

  await phones.phone(FIRST).ignores();
  const again = await watchdog(MINUTE);
  await eventually(async () => (await called()).length === 1, { withinMs: 60 * SECOND, what: 'the first call' });
  await again.kill();
  const third = await watchdog(MINUTE);
  const call = await phones.phone(SECOND_ONE).expectCall({ withinMs: 60 * SECOND });
  await call.thenPress('wrong');
  await call.thenPress('right');
  await eventually(async () => (await third.log()).includes('watching'));
  expect(await called()).toEqual([FIRST, SECOND_ONE]);

  expect((await say({ type: 'alive', upMs: 1_000 })).status).toBe(204);
  expect((await health()).calling).toBe(false);
  expect(await third.log()).not.toContain('+86');
  await third.stop();
});

test('a stop that was announced calls nobody until it has run out', async () => {
  const before = (await called()).length;
  const dog = await watchdog();
  await say({ type: 'alive', upMs: 60_000 });
  await say({ type: 'stopping', forMs: 2 * MINUTE, why: 'upgrade' });
  await dog.kill();
  const later = await watchdog(MINUTE);
  expect((await health()).calling).toBe(false);
  await later.kill();
  const over = await watchdog(3 * MINUTE);
  await eventually(async () => (await health()).calling, { withinMs: 60 * SECOND });
  await eventually(async () => (await called()).length > before, { withinMs: 60 * SECOND });
  await over.stop();
});
