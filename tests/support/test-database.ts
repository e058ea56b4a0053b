import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { afterAll, inject } from 'vitest';
import { openDatabase } from '../../src/platform/database.ts';
import type { Database } from '../../src/platform/database.ts';
import { TEMPLATE } from './global-setup.ts';

/** A migrated database of this test file alone. */
export interface TestDatabase {
  /** For processes that the test starts. */
  readonly url: string;
  readonly pool: pg.Pool;
  readonly db: Kysely<Database>;
}

/**
 * Clones the migrated template; the file's end drops it, cutting whoever is still connected.
 * Call it once at the top of a `*.db.test.ts` (or e2e, chaos, long): `const { url, pool, db } = await testDatabase();`
 */
export const testDatabase = (): Promise<TestDatabase> => databaseFrom(TEMPLATE);

/** One that nothing was done to yet, of the whole file: migrated there, it is exactly what a user has. */
export const emptyDatabase = (): Promise<TestDatabase> => databaseFrom('template1');

async function databaseFrom(template: string): Promise<TestDatabase> {
  const serverUrl = inject('serverUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `create database ${name} template ${template}`);
  const url = new URL(serverUrl);
  url.pathname = name;
  const { pool, db } = openDatabase(url.href, { name: 'test', max: 10 });
  afterAll(async () => {
    await db.destroy();
    await onServer(serverUrl, `drop database if exists ${name} with (force)`);
  });
  return { url: url.href, pool, db };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
