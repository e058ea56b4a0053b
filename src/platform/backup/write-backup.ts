import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { AppError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import { takeLock } from '../instance-lock.ts';
import { schemaOf } from '../migrate.ts';
import { countersOf, tablesOf } from './catalogue.ts';
import { MANIFEST } from './manifest.ts';
import type { BackedUpTable, Manifest } from './manifest.ts';
import { openSession, PLAIN_TEXT } from './session.ts';

export interface BackupOptions {
  readonly databaseUrl: string;
  /** Holds all backups; made if it is not there. */
  readonly folder: string;
  readonly reason: Manifest['reason'];
  readonly now: Instant;
}

export interface WrittenBackup {
  readonly path: string;
  readonly manifest: Manifest;
  readonly bytes: number;
}

/** Begins the name of what is not finished. */
const UNFINISHED = '.unfinished-';

/**
 * Writes down the whole database as of one moment, while it is used: one gzipped COPY a table, in a folder that has its
 * name only once all of it is on disk. Needs nothing but the right to read. Memory does not grow with the tables.
 * Throws `backup/failed` with the reason in one line; nothing is left of it then.
 */
export async function writeBackup(options: BackupOptions): Promise<WrittenBackup> {
  const { folder } = options;
  let unfinished: string | null = null;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await takeLock(join(folder, '.lock'));
    if ('heldBy' in lock) throw new Error(`another one is being made (process ${String(lock.heldBy)})`);
    await using _held = lock;
    await removeUnfinished(folder);
    await using session = await openSession(options.databaseUrl, 'backup');
    unfinished = join(folder, `${UNFINISHED}${String(process.pid)}`);
    await mkdir(unfinished, { mode: 0o700 });
    const manifest = await copyOut(session.client, unfinished, options);
    const path = await freeName(folder, `${compact(options.now)}-schema-${String(manifest.schema)}`);
    const bytes = await sizeOf(unfinished);
    await rename(unfinished, path);
    await syncFolder(folder);
    return { path, manifest, bytes };
  } catch (cause) {
    if (unfinished !== null) await rm(unfinished, { recursive: true, force: true }).catch(() => {});
    throw new AppError('backup/failed', `no backup could be made in "${folder}": ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function copyOut(client: pg.Client, folder: string, { reason, now }: BackupOptions): Promise<Manifest> {
  await client.query('begin isolation level repeatable read read only');
  await client.query(PLAIN_TEXT);
  const schema = await schemaOf(client);
  if (schema === 0) throw new Error('the database is empty');
  const tables: BackedUpTable[] = [];
  for (const { name, columns } of await tablesOf(client)) {
    const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
    // Of a query, not of the table: a table may keep its rows elsewhere (partitions, TimescaleDB).
    const rows = client.query(copyTo(`copy (select ${list} from ${client.escapeIdentifier(name)}) to stdout`));
    const file = `${name}.copy.gz`;
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    // The lightest compression keeps up with the server; a heavier one saves a tenth and takes three times as long.
    await pipeline(
      rows,
      createGzip({ level: 1 }),
      hashing,
      createWriteStream(join(folder, file), { mode: 0o600, flush: true }),
    );
    tables.push({ name, columns: [...columns], rows: rows.rowCount, file, sha256: hash.digest('hex') });
  }
  const counters = await countersOf(client);
  const { rows: server } = await client.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  await client.query('commit');
  const manifest: Manifest = {
    format: 'tailwatch backup 1',
    program: await programVersion(),
    schema,
    takenAt: new Date(now).toISOString(),
    reason,
    server: `PostgreSQL ${server[0]?.version ?? ''}`,
    tables,
    counters,
  };
  await writeSynced(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  await syncFolder(folder);
  return manifest;
}

/** `20261127T165300Z`: sorts as time does, and is a name on every disk. */
export const compact = (at: Instant): string => new Date(at).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');

async function programVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Nobody else writes here while the lock is held: what is not finished never will be. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { recursive: true, force: true });
}

/** Two in one second are both kept. */
async function freeName(folder: string, name: string): Promise<string> {
  const taken = new Set(await readdir(folder));
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${String(number)}`;
    if (!taken.has(candidate)) return join(folder, candidate);
  }
}

async function sizeOf(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function writeSynced(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
}

/** A rename is on disk when its folder is. Windows knows no such call, and orders them by itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using folder = await open(path, 'r');
  await folder.sync();
}
