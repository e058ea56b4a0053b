import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { keepPostgres } from '../../src/platform/postgres-keeper.ts';
import { isAlive } from '../../src/platform/postgres-leftover.ts';
import { eventually } from '../support/eventually.ts';

const MODULE = new URL('../../src/platform/embedded-postgres.ts', import.meta.url).href;
let folder = '';
let port = 0;
let running: EmbeddedPostgres | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailwatch-postgres-'));
  port = await freePort();
  running = null;
});
afterEach(async () => {
  await running?.stop();
  await rm(folder, { recursive: true, force: true });
});

const options = () => ({ dataDir: join(folder, 'postgres'), port, password: 'a password' });
async function start(): Promise<EmbeddedPostgres> {
  running = await startEmbeddedPostgres(options());
  return running;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<{ x: unknown }>(text)).rows.map(({ x }) => x);
  } finally {
    await client.end();
  }
}

test('it listens on loopback only, wants its password, and keeps its data at the second start', async () => {
  const first = await start();
  await query(first.url, 'create table pond as select 7 as x');
  expect(
    await query(
      first.url,
      "select setting as x from pg_settings where name in ('listen_addresses', 'unix_socket_directories') order by name",
    ),
  ).toEqual(['127.0.0.1', '']);
  await expect(query(first.url.replace('a%20password', 'another'), 'select 1 as x')).rejects.toThrow(
    'password authentication failed',
  );
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);
  const second = await start();
  expect(await query(second.url, 'select x from pond')).toEqual([7]);
});

test('one that was left by a killed run is stopped, and nothing that was committed is lost', async () => {
  const code = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(MODULE)});
    const server = await startEmbeddedPostgres(${JSON.stringify(options())});
    process.send(server.pid);
    setInterval(() => {}, 1000);`;
  const run = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [orphan] = (await once(run, 'message')) as [number];
  const url = `postgresql://tailwatch:a%20password@127.0.0.1:${String(port)}/tailwatch`;
  await query(url, 'create table pond as select 7 as x');
  run.kill('SIGKILL');
  await once(run, 'exit');
  expect(isAlive(orphan)).toBe(true);

  const next = await start();
  expect(next.pid).not.toBe(orphan);
  expect(await query(next.url, 'select x from pond')).toEqual([7]);
});

test('it recovers from kill -9 of the server itself, and from a lock file with another program’s number', async () => {
  const first = await start();
  await query(first.url, 'create table pond as select 7 as x');
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await start();
  await second.stop();
  // As after a reboot in a container, where numbers start again: this test's own parent has it.
  await writeFile(join(folder, 'postgres', 'postmaster.pid'), `${String(process.ppid)}\n${join(folder, 'postgres')}\n`);
  const third = await start();
  expect(await query(third.url, 'select x from pond')).toEqual([7]);
});

test('a kept one is started again when it ends, on the same port', async () => {
  const lines: string[] = [];
  const kept = await keepPostgres({ ...options(), signal: new AbortController().signal }, (line) => lines.push(line));
  const before = kept.pid();
  process.kill(before, 'SIGKILL');
  await eventually(() => kept.pid() > 0 && kept.pid() !== before, { what: 'the next server' });
  expect(await query(kept.url, 'select 1 as x')).toEqual([1]);
  expect(lines).toEqual(['PostgreSQL ended: starting it again', 'PostgreSQL runs again']);
  const last = kept.pid();
  await kept.stop();
  expect(isAlive(last)).toBe(false);
});

test('a wrong password is told in one line, and the server does not stay', async () => {
  await (await start()).stop();
  const failure = await startEmbeddedPostgres({ ...options(), password: 'another one' }).catch(
    (error: unknown) => error,
  );
  expect((failure as Error).message).toMatch(
    /^the embedded PostgreSQL did not start: its password is not the one under secrets[^\n]*$/,
  );
  await eventually(async () => !(await listens()), { what: 'the end of the refused server' });
});

test.runIf(process.getuid?.() === 0)('root may keep it under a folder that only root may enter', async () => {
  await chmod(folder, 0o700);
  const server = await start();
  expect(await query(server.url, 'select 1 as x')).toEqual([1]);
});

test.runIf(process.getuid?.() === 0)(
  'where root has no user namespaces it moves to a system folder, says so, and stays there',
  async () => {
    const first = await start();
    await query(first.url, 'create table pond as select 7 as x');
    await first.stop();
    const { PATH } = process.env;
    const home: string[] = [];
    try {
      // A PATH without `unshare`: as in a system that has none.
      const bin = join(folder, 'bin');
      await mkdir(bin);
      for (const name of ['chmod', 'chown', 'sh'])
        execFileSync('ln', ['-s', execFileSync('which', [name], { encoding: 'utf8' }).trim(), bin]);
      process.env['PATH'] = bin;
      const moved = await start();
      expect(moved.notice).toMatch(/^PostgreSQL cannot run as root and user namespaces are not allowed here/);
      expect(await query(moved.url, 'select x from pond')).toEqual([7]);
      home.push(
        ...((await query(moved.url, "select setting as x from pg_settings where name = 'data_directory'")) as string[]),
      );
      await moved.stop();
      process.env['PATH'] = PATH;
      const again = await start();
      expect(await query(again.url, 'select x from pond')).toEqual([7]);
      expect(again.notice).not.toBeNull();
      await again.stop();
    } finally {
      process.env['PATH'] = PATH;
      for (const path of home) await rm(join(path, '..'), { recursive: true, force: true });
    }
  },
);

const listens = (): Promise<boolean> =>
  query(`postgresql://tailwatch:x@127.0.0.1:${String(port)}/postgres`, 'select 1 as x').then(
    () => true,
    (error: unknown) => !String(error).includes('ECONNREFUSED'),
  );
