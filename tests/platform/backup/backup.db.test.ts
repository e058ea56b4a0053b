import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupCommand } from '../../../src/cli/backup.ts';
import { restoreCommand } from '../../../src/cli/restore.ts';
import { instant } from '../../../src/core/time.ts';
import { backupBeforeMigration } from '../../../src/platform/backup/before-migration.ts';
import { MANIFEST } from '../../../src/platform/backup/manifest.ts';
import { writeBackup } from '../../../src/platform/backup/write-backup.ts';
import { knownSchema, migrate, schemaOf } from '../../../src/platform/migrate.ts';
import { bareDatabase, fingerprints } from '../../support/bare-database.ts';
import { fillSmallMine } from './small-mine.ts';

const NOON = instant(Date.UTC(2026, 5, 3, 12));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailwatch-backup-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const backupOf = (databaseUrl: string, now = NOON) =>
  writeBackup({ databaseUrl, folder: join(folder, String(now)), reason: 'asked', now });

async function restore(databaseUrl: string, words: readonly string[], options = {}, now = NOON): Promise<string[]> {
  const printed: string[] = [];
  await restoreCommand(words, options, { databaseUrl, now, who: 'test', print: (line) => printed.push(line) });
  return printed;
}

/** All but the audit, to which the restore adds one row of its own, and whether people are called: from a copy they are not. */
const withoutAudit = async (...from: Parameters<typeof fingerprints>) => {
  const { audit: _audit, installation: _installation, ...rest } = await fingerprints(...from);
  return rest;
};

test('what was backed up comes back into an empty database, table by table, and its counters go on', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool);
  // Taken numbers that no row has: they must not be given again.
  await mine.pool.query(
    `begin; set local session_replication_role = replica; delete from level_change where position = 3; commit`,
  );
  const { path, manifest } = await backupOf(mine.url);
  const elsewhere = await bareDatabase();
  const told = await restore(elsewhere.url, [path]);
  expect(await withoutAudit(elsewhere.pool)).toEqual(await withoutAudit(mine.pool));
  const audits = `select row_to_json(a) as row from audit a where action <> 'database/restore' order by id`;
  expect((await elsewhere.pool.query(audits)).rows).toEqual((await mine.pool.query(audits)).rows);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  expect(told).toEqual([
    expect.stringContaining(`${String(rows)} rows in ${String(manifest.tables.length)} tables are back`),
    'It calls nobody until a person arms it: start the service, and "tailwatch arm" says whom that will call',
    '1 callouts were open then',
    'What was taken away since is back too: look through people, screens, programs and devices',
  ]);
  const next = await elsewhere.pool.query<{ position: string }>(
    `select nextval(pg_get_serial_sequence('level_change', 'position')) as position`,
  );
  expect(Number(next.rows[0]?.position)).toBe(4);
});

test('a backup is of one moment, is made while others write, and only its owner may read it', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool, 20_000);
  const writing = mine.pool.query(`insert into site values ('other', '{}')`);
  const [{ path, manifest }] = await Promise.all([backupOf(mine.url, instant(NOON + 1_000)), writing]);
  expect(manifest).toMatchObject({ schema: await knownSchema(), reason: 'asked', takenAt: '2026-06-03T12:00:01.000Z' });
  expect(path.endsWith(`20260603T120001Z-schema-${String(manifest.schema)}`)).toBe(true);
  for (const name of await readdir(path)) expect((await stat(join(path, name))).mode & 0o077).toBe(0);
  expect((await stat(path)).mode & 0o077).toBe(0);
});

test('what stood in the database is set aside, and one command puts it back', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool);
  const { path } = await backupOf(mine.url, instant(NOON + 2_000));
  await mine.pool.query(`insert into site values ('later', '{}')`);
  const before = await fingerprints(mine.pool);
  const told = await restore(mine.url, [path]);
  const aside = /kept as (before_restore_\w+)/.exec(told.join('\n'))?.[1] ?? '';
  expect(await fingerprints(mine.pool, aside)).toEqual(before);
  expect(await fingerprints(mine.pool)).not.toEqual(before);
  const undone = await restore(mine.url, [], { undo: aside }, instant(NOON + 3_000));
  expect(await fingerprints(mine.pool)).toEqual(before);
  // And the restored one is kept in its turn, until it is forgotten.
  const second = /kept as (before_restore_\w+)/.exec(undone.join('\n'))?.[1] ?? '';
  await restore(mine.url, [], { forget: second });
  await expect(restore(mine.url, [], { forget: second })).rejects.toThrow(`nothing was set aside as "${second}"`);
});

test('E3 a callout that had ended before the backup stays ended after the restore: nobody is called for it', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool);
  const { path } = await backupOf(mine.url, instant(NOON + 4_000));
  await restore(mine.url, [path]);
  const { rows } = await mine.pool.query(
    `select c.due_at, a.status from callout c left join attempt a on a.callout_id = c.id where c.ended_at is not null`,
  );
  expect(rows).toEqual([{ due_at: null, status: 'done' }]);
});

test('a database goes from schema 6 to now with a backup first, and back to 6 and what it held', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool, { upTo: 6 });
  await fillSmallMine(mine.pool);
  const before = await withoutAudit(mine.pool);
  const told: string[] = [];
  const dataDir = join(folder, 'upgrade');
  const hook = (backupBeforeMigrate: boolean) =>
    backupBeforeMigration({ databaseUrl: mine.url, dataDir, backupBeforeMigrate, tell: (line) => told.push(line) });
  await migrate(mine.pool, { before: hook(true) });
  expect(await schemaOf(mine.pool)).toBe(await knownSchema());
  const path = /"tailwatch restore ([^"]+)"/.exec(told.join('\n'))?.[1] ?? '';
  const back = await restore(mine.url, [path]);
  expect(await schemaOf(mine.pool)).toBe(6);
  expect(await withoutAudit(mine.pool)).toEqual(before);
  expect(back.join('\n')).toContain('This program brings it up to its own schema when it starts');
  // And forward once more, by the same road.
  await migrate(mine.pool, { before: hook(true) });
  expect(await schemaOf(mine.pool)).toBe(await knownSchema());
});

test('without a backup nothing is migrated, unless somebody said so', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool, { upTo: 6 });
  await fillSmallMine(mine.pool);
  const dataDir = join(folder, 'a-file');
  await writeFile(dataDir, '');
  const told: string[] = [];
  const hook = (backupBeforeMigrate: boolean) =>
    backupBeforeMigration({ databaseUrl: mine.url, dataDir, backupBeforeMigrate, tell: (line) => told.push(line) });
  await expect(migrate(mine.pool, { before: hook(true) })).rejects.toMatchObject({
    code: 'backup/failed',
    message: expect.stringMatching(/no backup could be made in .* the database was left as it is/s),
  });
  expect(await schemaOf(mine.pool)).toBe(6);
  await migrate(mine.pool, { before: hook(false) });
  expect(await schemaOf(mine.pool)).toBe(await knownSchema());
  expect(told.at(-1)).toContain('without a backup, because BACKUP_BEFORE_MIGRATE is false');
});

test('an empty database is migrated without one, and of those made by themselves the newest five are kept', async () => {
  const mine = await bareDatabase();
  const dataDir = join(folder, 'kept');
  const asked = join(dataDir, 'backups');
  const options = { databaseUrl: mine.url, dataDir, backupBeforeMigrate: true, tell: () => {} };
  await migrate(mine.pool, { upTo: 6, before: backupBeforeMigration(options) });
  await migrate(mine.pool, { before: backupBeforeMigration(options) });
  await expect(readdir(asked)).rejects.toThrow('ENOENT');
  await fillSmallMine(mine.pool, 1);
  const mineBy = await writeBackup({ databaseUrl: mine.url, folder: asked, reason: 'asked', now: instant(0) });
  for (let i = 0; i < 7; i += 1) await backupBeforeMigration(options)({ from: 6, to: 7 });
  const kept = (await readdir(asked)).filter((name) => !name.startsWith('.'));
  expect(kept).toHaveLength(6);
  expect(kept).toContain(mineBy.path.split(/[\\/]/).at(-1));
});

test('of nightly ones as many are kept as were asked for, and no other is touched', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  const at = join(folder, 'nightly');
  const backup = (now: number, keep?: string) =>
    backupCommand([at], keep === undefined ? {} : { keep }, {
      databaseUrl: mine.url,
      dataDir: folder,
      now: instant(now),
      print: () => {},
    });
  await backup(NOON - 9_000);
  for (const night of [0, 1, 2, 3]) await backup(NOON + night * 1_000, '2');
  const kept = (await readdir(at)).filter((name) => !name.startsWith('.')).map((name) => name.slice(9, 15));
  expect(kept.toSorted()).toEqual(['115951', '120002', '120003']);
  await expect(backup(NOON, '0')).rejects.toThrow('usage: tailwatch backup');
});

test('a counter that could not be read goes on after the highest number that is there', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool);
  const { path } = await backupOf(mine.url, instant(NOON + 9_000));
  const file = join(path, MANIFEST);
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll(/"last": \d+/g, '"last": null'));
  await restore(mine.url, [path]);
  const { rows } = await mine.pool.query<{ id: number }>(
    `insert into sensor (site_id, code) values ('pond', 'new') returning id`,
  );
  expect(rows).toEqual([{ id: 3 }]);
});

test.each([
  [
    'a file has one byte changed',
    async (path: string) => {
      const file = join(path, 'reading.copy.gz');
      const bytes = await readFile(file);
      bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60);
      await writeFile(file, bytes);
    },
    'reading.copy.gz is damaged',
  ],
  [
    'a file is cut short',
    async (path: string) => {
      const file = join(path, 'audit.copy.gz');
      await writeFile(file, (await readFile(file)).subarray(0, 20));
    },
    'audit.copy.gz is damaged',
  ],
  ['a file is missing', (path: string) => rm(join(path, 'site.copy.gz')), 'site.copy.gz cannot be read'],
  ['there is no manifest', (path: string) => rm(join(path, MANIFEST)), 'manifest.json cannot be read'],
  [
    'a newer program made it',
    async (path: string) => {
      const file = join(path, MANIFEST);
      await writeFile(file, (await readFile(file, 'utf8')).replace(/"schema": \d+/, '"schema": 9999'));
    },
    'use the newer program',
  ],
  [
    'a file outside of it is named',
    async (path: string) => {
      const file = join(path, MANIFEST);
      await writeFile(file, (await readFile(file, 'utf8')).replace('"site.copy.gz"', '"../site.copy.gz"'));
    },
    'manifest.json is not what this program writes',
  ],
])('where %s nothing is restored and nothing has changed', async (_what, damage, why) => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool);
  const { path } = await backupOf(mine.url, instant(NOON + 5_000));
  await damage(path);
  const before = await fingerprints(mine.pool);
  await expect(restore(mine.url, [path])).rejects.toMatchObject({
    code: 'backup/unusable',
    message: expect.stringContaining(why),
  });
  expect(await fingerprints(mine.pool)).toEqual(before);
  await rm(path, { recursive: true });
});

test('a restore that fails half-way leaves what was', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool);
  const { path, manifest } = await backupOf(mine.url, instant(NOON + 6_000));
  const rows = manifest.tables.find(({ name }) => name === 'reading')?.rows ?? 0;
  const file = join(path, MANIFEST);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(`"rows": ${String(rows)}`, `"rows": ${String(rows + 1)}`));
  const before = await fingerprints(mine.pool);
  await expect(restore(mine.url, [path])).rejects.toThrow('reading.copy.gz gave 500 rows instead of 501');
  expect(await fingerprints(mine.pool)).toEqual(before);
});

test('while another part of Tailwatch is connected it is refused, unless somebody insists', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool);
  const { path } = await backupOf(mine.url, instant(NOON + 7_000));
  await mine.pool.query(`set application_name = 'tailwatch judge'`);
  await expect(restore(mine.url, [path])).rejects.toMatchObject({
    code: 'database/in-use',
    message: expect.stringContaining('(judge)'),
  });
  await restore(mine.url, [path], { force: true });
});

test('triggers that guard a table do not stop a restore, and guard it afterwards', async () => {
  const mine = await bareDatabase();
  await migrate(mine.pool);
  await fillSmallMine(mine.pool);
  const { path } = await backupOf(mine.url, instant(NOON + 8_000));
  await restore(mine.url, [path]);
  const { rows } = await mine.pool.query(
    `select tgname from pg_trigger where not tgisinternal and tgenabled = 'D' and tgrelid::regclass::text not like 'before%'`,
  );
  expect(rows).toEqual([]);
});
