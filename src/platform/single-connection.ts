import { Kysely, PostgresDialect } from 'kysely';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import type { Database } from './database.ts';

/** Typed queries on one connection, which stays its owner's: what hangs on it fails when its owner lets go of it. */
export function onConnection(client: pg.Client): Kysely<Database> {
  const lent = { query: client.query.bind(client), release: () => {} } as unknown as PostgresPoolClient;
  const pool: PostgresPool = {
    connect: () => Promise.resolve(lent),
    end: () => Promise.resolve(),
    options: {},
  };
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}
