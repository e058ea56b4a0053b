import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { isAlive, stopLeftover } from '../../src/platform/postgres-leftover.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Administrator's URL of the test server; `TEMPLATE` on it is migrated. */
    serverUrl: string;
  }
}

/** The database that every test file's own is cloned from. */
export const TEMPLATE = 'tailwatch_template';
const PREFIX = 'tailwatch-test-';

/** One PostgreSQL for the whole run, however many projects ask; the first to ask starts it and stops it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = process.env['TAILWATCH_TEST_SERVER'];
  if (running !== undefined) {
    project.provide('serverUrl', running);
    return undefined;
  }
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${String(process.pid)}-`));
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    port: await anyPort(),
    password: randomBytes(12).toString('hex'),
    configuration: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  await makeTemplate(server.url);
  process.env['TAILWATCH_TEST_SERVER'] = server.url;
  project.provide('serverUrl', server.url);
  return async () => {
    delete process.env['TAILWATCH_TEST_SERVER'];
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const server = new pg.Pool({ connectionString: serverUrl, max: 1 });
  await server.query(`create database ${TEMPLATE}`);
  await server.end();
  const url = new URL(serverUrl);
  url.pathname = TEMPLATE;
  const template = new pg.Pool({ connectionString: url.href, max: 1 });
  await migrate(template);
  await allowEmptying(template);
  await template.end();
}

/** Tests empty tables between their rows, which the service never does: that alone is allowed to them. */
async function allowEmptying(template: pg.Pool): Promise<void> {
  const { rows } = await template.query<{ statement: string }>(
    `select format('alter table %s disable trigger never_emptied', tgrelid::regclass) as statement
     from pg_trigger where tgname = 'never_emptied'`,
  );
  for (const { statement } of rows) await template.query(statement);
}

/** A run that was killed leaves its server: the number in the folder's name tells whose it was. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : 0;
    if (owner <= 0 || isAlive(owner)) continue;
    await stopLeftover(join(tmpdir(), name, 'postgres')).catch(() => {});
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
}

const anyPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => {
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      });
  });
