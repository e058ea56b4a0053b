import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { createAccount } from '../gateway/accounts.ts';
import { hostClock } from '../platform/clock.ts';
import { openDatabase } from '../platform/database.ts';
import type { Database } from '../platform/database.ts';
import { migrate } from '../platform/migrate.ts';
import { reachDatabase } from '../platform/reach-database.ts';
import { DEMO_SITE } from './programs.ts';
import { applySite } from './site-config-store.ts';

interface Prepared {
  /** Of the account `operator`, made because there was none; null when somebody can sign in already. */
  readonly password: string | null;
  /** How many sites are watched. */
  readonly sites: number;
}

/** Brings the schema up to date and fills an empty database: the demo pond, and somebody who may sign in. */
export async function prepareDatabase(
  databaseUrl: string,
  { demo, signal }: { demo: boolean; signal: AbortSignal },
): Promise<Prepared> {
  await using database = openDatabase(databaseUrl, { name: 'start', max: 2 });
  const { db, pool } = database;
  await reachDatabase(pool, { withinMs: 10_000, signal });
  await migrate(pool);
  const now = hostClock().now();
  let sites = await rowsOf(db, 'site');
  if (demo && sites === 0) {
    const text = await readFile(DEMO_SITE, 'utf8');
    await applySite(db, { text, name: 'config/sites/demo-pond.yaml', who: 'first start', now });
    sites = 1;
  }
  const accounts = await rowsOf(db, 'account');
  return { password: accounts === 0 ? await createAccount(db, 'operator', now) : null, sites };
}

/** When the demo's weather began, epoch ms, from then on the same at every start: a pond does not begin anew. */
export async function demoBegan(dataDir: string): Promise<number> {
  const file = join(dataDir, 'demo-began');
  const kept = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (kept > 0) return kept;
  const now = hostClock().now();
  await writeFile(`${file}.new`, `${String(now)}\n`);
  await rename(`${file}.new`, file);
  return now;
}

async function rowsOf(db: Kysely<Database>, table: 'site' | 'account'): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirst();
  return row?.rows ?? 0;
}
