import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeLock } from '../../src/platform/instance-lock.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { fillSmallMine } from '../platform/backup/small-mine.ts';
import { bareDatabase, fingerprints } from '../support/bare-database.ts';
import { eventually } from '../support/eventually.ts';

const TREE = path.resolve(import.meta.dirname, '../..');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-backup-command-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const environment = (env: Record<string, string>) => ({
  cwd: TREE,
  env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
});
const run = (env: Record<string, string>, ...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', ...words], {
    ...environment(env),
    encoding: 'utf8',
  });
  return { status, told: `${stdout}${stderr}` };
};
/** The folder that a backup says it has written. */
const pathIn = (told: string): string => told.trim().split(': ').at(-1) ?? '';
const unfinished = async (at: string) =>
  (await readdir(at).catch(() => [])).filter((name) => name.startsWith('.unfinished'));

test('one that is killed leaves nothing that could be taken for a backup, and the next one cleans up', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool, 300_000);
  const at = path.join(folder, 'killed');
  const env = { DATABASE_URL: mine.url };
  const child = spawn(process.execPath, ['src/main.ts', 'backup', at], { ...environment(env), stdio: 'ignore' });
  const ended = once(child, 'exit');
  await eventually(async () => (await unfinished(at)).length === 1, { what: 'a backup that has begun' });
  child.kill('SIGKILL');
  await ended;
  const [left = ''] = await unfinished(at);
  expect((await readdir(at)).filter((name) => !name.startsWith('.'))).toEqual([]);
  expect(run(env, 'restore', path.join(at, left))).toMatchObject({
    status: 1,
    told: expect.stringContaining('cannot be restored: manifest.json cannot be read'),
  });
  const { status, told } = run(env, 'backup', at);
  expect({ status, told }).toMatchObject({ status: 0, told: expect.stringMatching(/^300\d{3} rows, /) });
  expect(await unfinished(at)).toEqual([]);
  const before = await fingerprints(mine.pool);
  await mine.pool.query('begin; set local session_replication_role = replica; delete from reading; commit');
  expect(run(env, 'restore', pathIn(told)).told).toMatch(/^300\d{3} rows in \d+ tables are back/);
  expect((await fingerprints(mine.pool))['reading']).toBe(before['reading']);
});

test('a new machine starts from a backup: the embedded database is made, filled, and stopped again', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool);
  const env = { DATA_DIR: path.join(folder, 'new-machine') };
  const backup = run({ DATABASE_URL: mine.url }, 'backup', path.join(folder, 'carried'));
  expect(run(env, 'restore', pathIn(backup.told))).toMatchObject({
    status: 0,
    told: expect.stringContaining('rows in'),
  });
  // It stands there by itself now, and can be backed up while nothing runs.
  const again = run(env, 'backup');
  expect(again).toMatchObject({ status: 0, told: expect.stringContaining(path.join(env.DATA_DIR, 'backups')) });
  const lock = await takeLock(path.join(env.DATA_DIR, 'tailwatch.lock'));
  if ('heldBy' in lock) throw new Error('the restore has not let go of the folder');
  await using _held = lock;
  expect(run(env, 'restore', pathIn(again.told))).toMatchObject({
    status: 1,
    told: expect.stringContaining('Tailwatch runs on DATA_DIR'),
  });
});

test('what was asked wrongly is told in one line', () => {
  const env = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
  expect(run(env, 'restore')).toMatchObject({ status: 1, told: expect.stringMatching(/^usage: tailwatch restore/) });
  expect(run(env, 'backup', 'a', 'b')).toMatchObject({
    status: 1,
    told: expect.stringMatching(/^usage: tailwatch backup/),
  });
  expect(run(env, 'backup', folder).told).toContain('no backup could be made');
});
