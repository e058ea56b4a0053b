import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeLock } from '../../src/platform/instance-lock.ts';
import { openLogFile } from '../../src/platform/log-file.ts';
import { secret } from '../../src/platform/secrets.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailwatch-folder-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a secret is made once, is long, and only its owner may read it', async () => {
  const made = await secret(folder, 'broker');
  expect(made).toMatch(/^[\w-]{32}$/);
  expect(await secret(folder, 'broker')).toBe(made);
  expect(await secret(folder, 'other')).not.toBe(made);
  if (process.platform !== 'win32') {
    expect((await stat(join(folder, 'secrets', 'broker'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'secrets'))).mode & 0o777).toBe(0o700);
  }
});

test('a secret cut short by a crash is made anew', async () => {
  await secret(folder, 'torn');
  await writeFile(join(folder, 'secrets', 'torn'), '');
  expect(await secret(folder, 'torn')).toMatch(/^[\w-]{32}$/);
});

test('a folder is one process’s at a time, and free when that one is done', async () => {
  const path = join(folder, 'lock');
  {
    await using lock = await taken(path);
    expect(lock.path).toBe(path);
    expect(await takeLock(path)).toEqual({ heldBy: process.pid });
  }
  await using again = await taken(path);
  expect(again.path).toBe(path);
});

test('a name that a killed process left in the lock’s file keeps nobody out', async () => {
  const path = join(folder, 'stale');
  for (const left of ['4194305 boot 17\n', `${String(process.ppid)}\n`, '']) {
    await writeFile(path, left);
    await using lock = await taken(path);
    expect(await readFile(lock.path, 'utf8')).toBe(`${String(process.pid)}\n`);
  }
  // What is locked stays: another file of that name would be another lock.
  expect((await readdir(folder)).filter((name) => name.startsWith('stale'))).toEqual(['stale.hold']);
});

test('a log keeps the newest 10 MB and the 10 MB before', async () => {
  const path = join(folder, 'logs', 'judge.log');
  using log = openLogFile(path);
  const line = new Uint8Array(4_000_000).fill(46);
  for (let i = 0; i < 6; i += 1) log.write(line);
  expect((await stat(path)).size).toBe(8_000_000);
  expect((await readFile(`${path}.1`)).length).toBe(8_000_000);
  expect(await readdir(join(folder, 'logs'))).toHaveLength(2);
});

async function taken(path: string) {
  const lock = await takeLock(path);
  if ('heldBy' in lock) throw new Error(`held by ${String(lock.heldBy)}`);
  return lock;
}
