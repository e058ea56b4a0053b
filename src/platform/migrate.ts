import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import { AppError } from '../core/errors.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Serialises migrators: two processes may start at once. */
const LOCK_KEY = 7000;
const UNDEFINED_TABLE = '42P01';
const NO_PERMISSION = '42501';

const migrations = async (): Promise<string[]> =>
  (await readdir(FOLDER)).filter((file) => /^\d{4}-.*\.sql$/.test(file)).sort();

/**
 * Throws `database/older-schema` or `database/newer-schema` when the schema is not this program's: for whoever may not
 * bring it up to date.
 */
export async function expectMigrated(pool: pg.Pool): Promise<void> {
  const known = (await migrations()).length;
  const { rows } = await pool
    .query<{ newest: number | null }>('select max(number) as newest from schema_version')
    .catch((error: unknown) => {
      if ((error as { code?: string }).code === UNDEFINED_TABLE) return { rows: [] };
      throw error;
    });
  const current = rows[0]?.newest ?? 0;
  if (current > known) throw newerSchema(current, known);
  if (current < known) {
    throw new AppError(
      'database/older-schema',
      `the database has schema ${String(current)}, this program needs ${String(known)}: run "tailwatch migrate"`,
    );
  }
}

const newerSchema = (current: number, known: number): AppError =>
  new AppError(
    'database/newer-schema',
    `the database has schema ${String(current)}, this program knows ${String(known)}: start the newer program`,
  );

/**
 * Brings the schema up to this program's version, one transaction a file, in the order of their numbers.
 * Throws `database/newer-schema` when the database was written by a newer program: it must not be touched.
 */
export async function migrate(pool: pg.Pool): Promise<void> {
  const files = await migrations();
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    await client.query(
      'create table if not exists schema_version (number integer primary key, name text not null, at timestamptz not null default now())',
    );
    const { rows } = await client.query<{ newest: number | null }>('select max(number) as newest from schema_version');
    const current = rows[0]?.newest ?? 0;
    if (current > files.length) throw newerSchema(current, files.length);
    for (const [index, file] of files.entries()) {
      if (index + 1 <= current) continue;
      await client.query('begin');
      await client.query(await readFile(new URL(file, FOLDER), 'utf8'));
      await client.query('insert into schema_version (number, name) values ($1, $2)', [index + 1, file]);
      await client.query('commit');
    }
  } catch (cause) {
    if ((cause as { code?: string }).code !== NO_PERMISSION) throw cause;
    const why = (cause as Error).message;
    throw new AppError('config/setting', `DATABASE_URL must name a user who may make tables: ${why}`, { cause });
  } finally {
    // Ends the session rather than returning it: the lock and an open transaction go with it.
    client.release(true);
  }
}
