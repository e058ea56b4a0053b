import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const running: ChildProcess[] = [];

/** Starts a simulator as its supervisor would, with a channel to it. */
function start(name: 'carrier' | 'instruments', env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const file = fileURLToPath(new URL(`../../simulators/${name}/main.ts`, import.meta.url));
  // Its 'close' never comes after a disconnect, so its exit and the end of its words are waited for.
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { stderr } = child;
  if (stderr === null) throw new Error('it has no standard error');
  running.push(child);
  let errors = '';
  stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const exit = Promise.all([once(child, 'exit'), once(stderr, 'end')]).then(([[code]]) => ({
    code: code as number | null,
    errors,
  }));
  return { child, exit, ready: once(child, 'message').then(([message]) => message as { type: string; url?: string }) };
}

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const CARRIER = { CARRIER_PORT: '0', CARRIER_KEY: 'a-key-for-tests' };
const NO_BROKER = { MQTT_URL: 'mqtt://127.0.0.1:9' };

describe.each([
  ['carrier', CARRIER],
  ['instruments', NO_BROKER],
] as const)('the %s simulator', (name, env) => {
  it('says when it works, and ends on SIGTERM', async () => {
    const { child, ready, exit } = start(name, env);
    expect((await ready).type).toBe('ready');
    child.kill('SIGTERM');
    expect(await exit).toEqual({ code: 0, errors: '' });
  });

  it('ends when its parent has gone', async () => {
    const { child, ready, exit } = start(name, env);
    await ready;
    child.disconnect();
    expect((await exit).code).toBe(0);
  });
});

describe('a wrong setting is one line that names it', () => {
  it.each([
    ['carrier', { ...CARRIER, CARRIER_PORT: 'x' }, [], /^carrier: CARRIER_PORT\b.*\n$/],
    ['carrier', CARRIER, ['--script', 'nowhere.yaml'], /^carrier: --script nowhere\.yaml: .*\n$/],
    ['carrier', CARRIER, ['--ring-seconds', '0'], /^carrier: .*ring-seconds.*\n$/],
    ['instruments', { MQTT_URL: '' }, [], /^instruments: MQTT_URL must be .*\n$/],
    [
      'instruments',
      NO_BROKER,
      ['--scenario', 'snow'],
      /^instruments: --scenario must be typhoon or quiet or creep or lightning\n$/,
    ],
    ['instruments', NO_BROKER, ['--site', 'nowhere.yaml'], /^instruments: --site nowhere\.yaml: .*\n$/],
  ] as const)('%s %j %j', async (name, env, args, line) => {
    const { code, errors } = await start(name, env, args).exit;
    expect(code).toBe(2);
    expect(errors).toMatch(line);
  });
});

it('the carrier serves its page and lets hands at it do what a phone can do', async () => {
  const { ready } = start('carrier', CARRIER);
  const { url = '' } = await ready;
  for (const file of ['', 'page.css', 'page.js', 'card.js', 'sound.js', 'words.js'])
    expect((await fetch(`${url}/${file}`)).status).toBe(200);
  const { phones } = (await (await fetch(`${url}/phones`)).json()) as { phones: { owner: { duty: string } | null }[] };
  expect(phones.map(({ owner }) => owner?.duty)).toContain('principal');
  const hand = (type: string) =>
    fetch(`${url}/phones/%2B8610000000001`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{"do":"pick-up"}',
    });
  expect((await hand('application/json')).status).toBe(409);
  expect((await hand('text/plain')).status).toBe(400);
});
