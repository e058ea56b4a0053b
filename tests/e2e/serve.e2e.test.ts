import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../../src/platform/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';

const TAILWATCH = fileURLToPath(new URL('../../scripts/tailwatch.mjs', import.meta.url));
const { url: databaseUrl } = await testDatabase();
const { PATH } = process.env;

const running: ReturnType<typeof spawn>[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
});

async function settings(): Promise<Record<string, string>> {
  const broker = `127.0.0.1:${String(await freePort())}`;
  return {
    DATABASE_URL: databaseUrl,
    MQTT_LISTEN: broker,
    MQTT_PASSWORD: 'of-tailwatch',
    MQTT_DEVICE_PASSWORD: 'of-instruments',
    MQTT_URL: `mqtt://tailwatch:of-tailwatch@${broker}`,
    PORT: String(await freePort()),
  };
}

test('serve runs judge, alert and gateway with the settings given, and ends all of them when told', async () => {
  const env = await settings();
  const child = spawn(process.execPath, [TAILWATCH, 'serve'], {
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const isReady = () => fetch(`http://127.0.0.1:${env['PORT'] ?? ''}/readyz`).then(({ ok }) => ok);
  await eventually(isReady, { what: 'a ready gateway', withinMs: 30_000 });
  await eventually(() => readyPrograms(log).length === 3, { what: 'all three', withinMs: 30_000 });
  expect(
    readyPrograms(log)
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(['alert', 'gateway', 'judge']);

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  for (const [, pid] of readyPrograms(log)) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('serve without its settings is refused with one line for each, and starts nothing', async () => {
  const refused = await promisify(execFile)(process.execPath, [TAILWATCH, 'serve'], { env: { PATH } }).catch(
    (error: unknown) => error,
  );
  const { code, stdout, stderr } = refused as { code: number; stdout: string; stderr: string };
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(
    stderr
      .trim()
      .split('\n')
      .map((line) => line.split(' is missing')[0]),
  ).toEqual(['DATABASE_URL', 'MQTT_URL']);
});

test('a DATABASE_URL that leads nowhere is one line that says what answered', async () => {
  const wrong = new URL(databaseUrl);
  wrong.password = 'not-it';
  const env = { PATH, DATABASE_URL: wrong.href };
  const refused = await promisify(execFile)(process.execPath, [TAILWATCH, 'migrate'], { env }).catch(
    (error: unknown) => error,
  );
  const { code, stderr } = refused as { code: number; stderr: string };
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'DATABASE_URL must lead to a database that answers: password authentication failed for user "tailwatch"\n',
  });
});

test('a command that does not exist is answered with those that do', async () => {
  const refused = await promisify(execFile)(process.execPath, [TAILWATCH, 'swerve'], { env: { PATH } }).catch(
    (error: unknown) => error,
  );
  const { code, stderr } = refused as { code: number; stderr: string };
  expect(code).toBe(2);
  expect(stderr).toContain('serve                 judge, alert and gateway');
});

function readyPrograms(log: string): [string, number][] {
  return log
    .split('\n')
    .filter((line) => line.includes('"name":"serve"') && line.includes('"ready"'))
    .map((line) => JSON.parse(line) as { program: string; programPid: number; pid: number })
    .map(({ program, programPid }) => [program, programPid]);
}
