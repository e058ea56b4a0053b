import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import { AppError } from '../core/errors.ts';
import { equipRole } from './app-role.ts';
import type { AppRole } from './app-role.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Serialises migrators: two processes may start at once. */
const LOCK_KEY = 7000;
const NO_PERMISSION = '42501';

const migrations = async (): Promise<string[]> =>
  (await readdir(FOLDER)).filter((file) => /^\d{4}-.*\.sql$/.test(file)).sort();

/** The schema that this program works with: the number of its newest migration. */
export const knownSchema = async (): Promise<number> => (await migrations()).length;

/** From which schema to which one the database is about to be brought; 0 is an empty one. */
export interface SchemaStep {
  readonly from: number;
  readonly to: number;
}

interface MigrateOptions {
  /** Stops after this number; left out: at the newest. */
  readonly upTo?: number;
  /** Awaited before a schema that is there is changed; when it throws, nothing is changed. */
  readonly before?: (step: SchemaStep) => Promise<void>;
  /** Who gets the rights of the service, where it does not own the tables. */
  readonly app?: AppRole;
}

/**
 * Throws `database/older-schema` or `database/newer-schema` when the schema is not this program's: for whoever may not
 * bring it up to date.
 */
export async function expectMigrated(pool: pg.Pool): Promise<void> {
  const known = await knownSchema();
  const current = await schemaOf(pool);
  if (current > known) throw newerSchema(current, known);
  if (current < known) {
    throw new AppError(
      'database/older-schema',
      `the database has schema ${String(current)}, this program needs ${String(known)}: run "tailwatch migrate"`,
    );
  }
}

/** The number of the database's schema; 0 for one that has none of ours. */
export async function schemaOf(on: pg.Pool | pg.ClientBase): Promise<number> {
  const { rows: there } = await on.query<{ table: string | null }>(`select to_regclass('schema_version') as table`);
  if (there[0]?.table === null) return 0;
  const { rows } = await on
    .query<{ newest: number | null }>('select max(number) as newest from schema_version')
    .catch((cause: unknown) => {
      if ((cause as { code?: string }).code !== NO_PERMISSION) throw cause;
      const how = 'run "tailwatch migrate" with DATABASE_OWNER_URL';
      throw new AppError('config/setting', `the user of DATABASE_URL has no rights on the tables: ${how}`, { cause });
    });
  return rows[0]?.newest ?? 0;
}

const newerSchema = (current: number, known: number): AppError =>
  new AppError(
    'database/newer-schema',
    `the database has schema ${String(current)}, this program knows ${String(known)}: start the newer program`,
  );

/**
 * Brings the schema up to this program's version, one transaction a file, in the order of their numbers; then gives `app`
 * its rights, where the service is another than the owner who migrates. A schema that is of this version needs no owner.
 * Throws `database/newer-schema` when the database was written by a newer program: it must not be touched.
 */
export async function migrate(pool: pg.Pool, { upTo, before, app }: MigrateOptions = {}): Promise<void> {
  const known = await knownSchema();
  const to = upTo ?? known;
  if (app === undefined && (await schemaOf(pool)) === to) return;
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    const from = await schemaOf(client);
    if (from > known) throw newerSchema(from, known);
    if (from > 0 && from < to) await before?.({ from, to });
    for (let number = from + 1; number <= to; number += 1) {
      await client.query('begin');
      await applyMigration(client, number);
      await client.query('commit');
    }
    if (app !== undefined) {
      await client.query('begin');
      await equipRole(client, app);
      await client.query('commit');
    }
  } catch (cause) {
    if ((cause as { code?: string }).code !== NO_PERMISSION) throw cause;
    const why = (cause as Error).message;
    throw new AppError(
      'config/setting',
      `${app === undefined ? 'DATABASE_URL' : 'DATABASE_OWNER_URL'} must name a user who may make tables: ${why}`,
      { cause },
    );
  } finally {
    // Ends the session rather than returning it: the lock and an open transaction go with it.
    client.release(true);
  }
}

/** Makes the schema of `number` from nothing, in the transaction that `client` is in; no other migrator works until that ends. */
export async function makeSchema(client: pg.ClientBase, number: number): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
  for (let each = 1; each <= number; each += 1) await applyMigration(client, each);
}

async function applyMigration(client: pg.ClientBase, number: number): Promise<void> {
  const file = (await migrations())[number - 1];
  if (file === undefined) throw new Error(`there is no migration ${String(number)}`);
  await client.query(
    'create table if not exists schema_version (number integer primary key, name text not null, at timestamptz not null default now())',
  );
  await client.query(await readFile(new URL(file, FOLDER), 'utf8'));
  await client.query('insert into schema_version (number, name) values ($1, $2)', [number, file]);
}
