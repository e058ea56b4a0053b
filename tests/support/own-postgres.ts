import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { openDatabase } from '../../src/platform/database.ts';
import type { Database } from '../../src/platform/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { freePort } from '../../src/platform/free-port.ts';
import { migrate } from '../../src/platform/migrate.ts';

/** A PostgreSQL of one test, which it may stop and start again. */
export interface OwnPostgres extends AsyncDisposable {
  readonly url: string;
  readonly db: Kysely<Database>;
  stop(): Promise<void>;
  /** Starts it again on the same port, with what it has stored. */
  start(): Promise<void>;
}

/** Starts it, migrated and empty. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'tailwatch-own-postgres-'));
  const options = { dataDir: join(folder, 'postgres'), port: await freePort(), password: 'password of the test' };
  let server = await startEmbeddedPostgres(options);
  const { url } = server;
  const { db, pool } = openDatabase(url, { name: 'test', max: 2 });
  await migrate(pool);
  return {
    url,
    db,
    stop: () => server.stop(),
    async start() {
      server = await startEmbeddedPostgres(options);
    },
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
