import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
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

test('serve runs judge, acquire, alert and gateway with the settings given, and ends all of them when told', async () => {
  const env = await settings();
  const child = spawn(process.execPath, [TAILWATCH, 'serve'], {
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const isReady = () => fetch(`http://127.0.0.1:${env['PORT'] ?? ''}/readyz`).then(({ ok }) => ok);
  await eventually(isReady, { what: 'a ready gateway', withinMs: 60_000 });
  await eventually(() => readyPrograms(log).length === 4, { what: 'all four', withinMs: 60_000 });
  expect(
    readyPrograms(log)
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(['acquire', 'alert', 'gateway', 'judge']);

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

const refusal = async (env: Record<string, string>, ...args: string[]) => {
  const refused = await promisify(execFile)(process.execPath, [TAILWATCH, ...args], { env: { PATH, ...env } }).catch(
    (error: unknown) => error,
  );
  const { code, stderr } = refused as { code: number; stderr: string };
  return { code, stderr };
};

test.each([['migrate'], ['site', 'export', 'any'], ['serve'], ['judge'], ['alert'], ['gateway']])(
  'a DATABASE_URL with a wrong password is one line that says what answered: %s',
  async (...args) => {
    const wrong = new URL(databaseUrl);
    wrong.password = 'not-it';
    expect(await refusal({ ...(await settings()), DATABASE_URL: wrong.href }, ...args)).toEqual({
      code: 1,
      stderr:
        'DATABASE_URL must lead to a database that answers: password authentication failed for user "tailwatch"\n',
    });
  },
);

test('a command whose database is not there says so in one line', async () => {
  const nobody = `127.0.0.1:${String(await freePort())}`;
  expect(await refusal({ DATABASE_URL: `postgresql://u:p@${nobody}/d` }, 'site', 'export', 'any')).toEqual({
    code: 1,
    stderr: `DATABASE_URL must lead to a database that answers: connect ECONNREFUSED ${nobody}\n`,
  });
});

test('a process whose database is not there yet says so at once and waits for it', async () => {
  const nobody = `127.0.0.1:${String(await freePort())}`;
  const env = { PATH, LOG_LEVEL: 'silent', DATABASE_URL: `postgresql://u:p@${nobody}/d` };
  const child = spawn(process.execPath, [TAILWATCH, 'alert'], { env, stdio: ['ignore', 'inherit', 'pipe'] });
  running.push(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  await eventually(() => errors.endsWith('\n'), { what: 'the line' });
  expect(errors).toBe(
    `DATABASE_URL must lead to a database that answers: connect ECONNREFUSED ${nobody}; waiting for it\n`,
  );
});

test('a gateway is told which setting is wrong when it cannot listen', async () => {
  const env = await settings();
  expect(await refusal({ ...env, HOST: '192.0.2.1', LOG_LEVEL: 'silent' }, 'gateway')).toEqual({
    code: 1,
    stderr: 'HOST must be an address of this machine, such as 127.0.0.1 or 0.0.0.0, not "192.0.2.1"\n',
  });
  const server = createServer().listen(Number(env['PORT']), '127.0.0.1');
  await once(server, 'listening');
  expect(await refusal({ ...env, LOG_LEVEL: 'silent' }, 'gateway')).toEqual({
    code: 1,
    stderr: `PORT must be a free port, and another program listens on 127.0.0.1 port ${env['PORT'] ?? ''}\n`,
  });
  server.close();
});

test('a database of another schema is refused in one line', async () => {
  const empty = new URL(databaseUrl);
  empty.pathname = '/postgres';
  const { code, stderr } = await refusal({ DATABASE_URL: empty.href }, 'alert');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^the database has schema 0, this program needs \d+: run "tailwatch migrate"\n$/,
    ) as string,
  });
});

test('a command that does not exist is answered with those that do', async () => {
  const refused = await promisify(execFile)(process.execPath, [TAILWATCH, 'swerve'], { env: { PATH } }).catch(
    (error: unknown) => error,
  );
  const { code, stderr } = refused as { code: number; stderr: string };
  expect(code).toBe(2);
  expect(stderr).toContain('serve                 judge, acquire, alert and gateway');
});

function readyPrograms(log: string): [string, number][] {
  return log
    .split('\n')
    .filter((line) => line.includes('"name":"serve"') && line.includes('"ready"'))
    .map((line) => JSON.parse(line) as { program: string; programPid: number; pid: number })
    .map(({ program, programPid }) => [program, programPid]);
}
