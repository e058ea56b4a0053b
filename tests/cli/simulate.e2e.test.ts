import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import type { EmbeddedBroker } from '../../src/platform/embedded-broker.ts';
import { eventually } from '../support/eventually.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const CLEARED = { MQTT_URL: '', MQTT_LISTEN: '', MQTT_DEVICE_PASSWORD: '' };

let dataDir = '';
let heard: string[] = [];
let broker: EmbeddedBroker;
const running: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tailwatch-simulate-'));
  heard = [];
  broker = await startEmbeddedBroker({
    host: '127.0.0.1',
    port: 0,
    password: 'our-own-password',
    devicePassword: 'device-password',
    onMessage(topic, _payload, settle) {
      heard.push(topic);
      settle();
    },
  });
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await broker[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [file(program), ...args], { env: { ...process.env, ...CLEARED, ...env } });
  running.push(child);
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, errors }));
  return { child, ended };
}

const simulate = (...args: string[]) =>
  run('src/main.ts', ['simulate', ...args], { DATA_DIR: dataDir, MQTT_DEVICE_PASSWORD: 'device-password' });

/** As a start leaves it behind. */
const started = () => writeFile(join(dataDir, 'ports.json'), JSON.stringify({ mqtt: broker.port }));

describe('tailwatch simulate', () => {
  it('plays a scenario to the broker of this machine, once, and holds the demo’s own instruments meanwhile', async () => {
    await started();
    const played = simulate('--scenario', 'lightning', '--speed', '3600');
    await eventually(() => heard.length > 0, { what: 'the first telegram', withinMs: 60_000 });
    expect(await readdir(dataDir)).toContain('demo-held');
    const second = await simulate('--scenario', 'quiet').ended;
    expect(second).toMatchObject({ code: 1, errors: expect.stringContaining('played already') as string });
    expect((await played.ended).code).toBe(0);
    expect(heard).toContain('ponds/demo-pond/loggers/section-1');
    expect(await readdir(dataDir)).not.toContain('demo-held');
  });

  it('prints the messages instead, and needs nothing that runs', async () => {
    const { code, out } = await simulate('--scenario', 'quiet', '--seed', '7', '--print').ended;
    const lines = out.trim().split('\n');
    expect(code).toBe(0);
    expect(lines.length).toBeGreaterThan(1_000);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ topic: 'ponds/demo-pond/pond-level' });
    expect(heard).toEqual([]);
  });

  it.each([
    ['before anything was started', ['--scenario', 'quiet'], /^nothing has been started on DATA_DIR yet/],
    ['an unknown scenario', ['--scenario', 'snow', '--print'], /--scenario must be typhoon or quiet/],
    ['an option of another command', ['--no-demo'], /--no-demo is no option of simulate/],
  ])('%s is one line', async (_name, args, line) => {
    const { code, errors } = await simulate(...args).ended;
    expect(code).not.toBe(0);
    expect(errors).toMatch(line);
  });
});

it('instruments that yield send nothing while the file is fresh, and go on when it is not', async () => {
  const held = join(dataDir, 'demo-held');
  await writeFile(held, '');
  const fresh = setInterval(() => void writeFile(held, ''), 500);
  const url = `mqtt://instruments:device-password@127.0.0.1:${String(broker.port)}`;
  const { child } = run('simulators/instruments/main.ts', ['--interval', '0.05', '--yield-to', held], {
    MQTT_URL: url,
  });
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await eventually(() => out.includes('connected to the broker'), { what: 'the connection', withinMs: 60_000 });
  expect(heard).toEqual([]);
  clearInterval(fresh);
  await utimes(held, 0, 0);
  await eventually(() => heard.length > 0, { what: 'the first telegram' });
});
