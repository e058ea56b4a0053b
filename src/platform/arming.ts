import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import { recordAudit } from './audit.ts';
import type { DatabaseClock } from './clock.ts';
import type { Database } from './database.ts';

/** A database that calls nobody: put back from a backup, or found at another place than the one it was armed in. */
export interface Unarmed {
  readonly why: 'restored' | 'copied';
  readonly since: Instant;
}

/** Whether this database calls nobody, and why; `null`: people are called. One row by itself: may be asked before every call. */
export async function unarmed(db: Kysely<Database>): Promise<Unarmed | null> {
  const row = await db.selectFrom('installation').select(['unarmed', 'unarmed_at']).executeTakeFirst();
  return row === undefined || row.unarmed === null || row.unarmed_at === null
    ? null
    : { why: row.unarmed, since: instant(row.unarmed_at.getTime()) };
}

/**
 * Whether people may be called from this database. The first question of a process also looks whether it is still where it was
 * armed: a copy finds itself on another server, under another number there, or, where `host` is known, on another machine,
 * and is unarmed from then on.
 */
export function armedHere(db: Kysely<Database>, clock: DatabaseClock, host: string | null): () => Promise<boolean> {
  let isKnown = false;
  return async () => {
    if (!isKnown) await lookAround(db, clock, host);
    isKnown = true;
    return (await unarmed(db)) === null;
  };
}

async function lookAround(db: Kysely<Database>, clock: DatabaseClock, host: string | null): Promise<void> {
  const server = await serverOf(db);
  await db.transaction().execute(async (tx) => {
    const found = await tx.selectFrom('installation').selectAll().forUpdate().executeTakeFirst();
    // One that is unarmed gets its home when it is armed.
    if (found === undefined || found.unarmed !== null) return;
    if (differs(found.home_server, server) || differs(found.home_host, host)) {
      const at = await clock.read(tx);
      await tx
        .updateTable('installation')
        .set({ unarmed: 'copied', unarmed_at: new Date(at), home_server: null, home_host: null })
        .execute();
      await recordAudit(tx, { at, who: 'alert', action: 'installation/unarmed', facts: { why: 'copied' } });
    } else if ((found.home_server === null && server !== null) || (found.home_host === null && host !== null)) {
      await tx
        .updateTable('installation')
        .set({ home_server: found.home_server ?? server, home_host: found.home_host ?? host })
        .execute();
    }
  });
}

/** What is not known differs from nothing: silence where people have to be called is worse than a copy that calls. */
const differs = (armedIn: string | null, found: string | null): boolean =>
  armedIn !== null && found !== null && armedIn !== found;

/**
 * Lets this database call people from now on. What an earlier life had begun is not gone on with: those calls end as cancelled,
 * unheard by any carrier, which may be carrying them for the original. Returns false where it calls already.
 */
export async function arm(
  tx: Kysely<Database>,
  { at, who }: { readonly at: Instant; readonly who: string },
): Promise<boolean> {
  const row = await tx.selectFrom('installation').select(['unarmed', 'unarmed_at']).forUpdate().executeTakeFirst();
  if (row === undefined || row.unarmed_at === null) return false;
  const ended = await tx
    .updateTable('attempt')
    .set({ status: 'ended', outcome: sql`coalesce(outcome, 'cancelled')`, ended_at: new Date(at), lease_until: null })
    .where('status', '<>', 'ended')
    .where('created_at', '<', row.unarmed_at)
    .executeTakeFirst();
  // The first question of the process that calls writes down where that is.
  await tx
    .updateTable('installation')
    .set({ home_server: null, home_host: null, unarmed: null, unarmed_at: null })
    .execute();
  const facts = { why: row.unarmed, since: row.unarmed_at.toISOString(), ended: Number(ended.numUpdatedRows) };
  await recordAudit(tx, { at, who, action: 'installation/arm', facts });
  return true;
}

/** Server and number of the database on it; a standby that takes over is the same. `null`: this server does not say. */
async function serverOf(db: Kysely<Database>): Promise<string | null> {
  const may = sql<{ may: boolean }>`select has_function_privilege('pg_control_system()', 'execute') as may`;
  if ((await may.execute(db)).rows[0]?.may !== true) return null;
  const { rows } = await sql<{ server: string }>`
    select system_identifier::text || '/' || oid::text as server
    from pg_control_system(), pg_database where datname = current_database()`.execute(db);
  return rows[0]?.server ?? null;
}
