import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { z } from 'zod';
import type { Instant } from '../core/time.ts';
import { recordAudit } from './audit.ts';
import type { Database } from './database.ts';
import { LOGS, lockAudit, newestPosition } from './position-log.ts';
import type { LogName } from './position-log.ts';

/** How many rows one seal covers at most, and how many of them are in memory at a time. */
const SEALED_AT_MOST = 10_000;
const PORTION = 1_000;

/** What the audit says of a stretch of a log. Columns that a later program adds are not of it. */
export const Seal = z.object({
  log: z.enum(LOGS),
  columns: z.array(z.string()).min(1),
  /** Exclusive. */
  after: z.int(),
  /** Inclusive: the position of its last row. */
  upTo: z.int(),
  rows: z.int(),
  sha256: z.string(),
});
export type Seal = z.output<typeof Seal>;

/** Where a log's next seal begins: where its newest one ends. */
async function sealedUpTo(db: Kysely<Database>, log: LogName): Promise<number> {
  const { rows } = await sql<{ upTo: number }>`
    select (facts ->> 'upTo')::bigint as "upTo" from audit
    where action = 'log/sealed' and facts ->> 'log' = ${log} order by id desc limit 1`.execute(db);
  return rows[0]?.upTo ?? 0;
}

/**
 * Appends to the audit what the logs say since they were last sealed, so that no row of them can be changed unseen
 * either. Does nothing for a log without new rows; a long one takes several rows.
 */
export async function sealLogs(db: Kysely<Database>, now: Instant): Promise<void> {
  for (const log of LOGS) while (await sealNext(db, log, now));
}

/** Whether there was anything. Two that seal at once: the second one's seal is dropped. */
async function sealNext(db: Kysely<Database>, log: LogName, now: Instant): Promise<boolean> {
  const after = await sealedUpTo(db, log);
  if ((await newestPosition(db, log)) <= after) return false;
  const columns = await columnsOf(db, log);
  const { rows, upTo, sha256 } = await digestOfRows(db, { log, columns, after }, SEALED_AT_MOST);
  await db.transaction().execute(async (tx) => {
    await lockAudit(tx);
    if ((await sealedUpTo(tx, log)) !== after) return;
    const facts: Seal = { log, columns, after, upTo, rows, sha256 };
    await recordAudit(tx, { at: now, who: 'alert', action: 'log/sealed', facts });
  });
  return true;
}

async function columnsOf(db: Kysely<Database>, log: LogName): Promise<string[]> {
  const { rows } = await sql<{ column: string }>`
    select attname as column from pg_attribute
    where attrelid = ${log}::regclass and attnum > 0 and not attisdropped order by attnum`.execute(db);
  return rows.map(({ column }) => column);
}

export type Stretch = Pick<Seal, 'log' | 'columns' | 'after'> & { readonly upTo?: number };
export type Digested = Pick<Seal, 'rows' | 'upTo' | 'sha256'>;

/**
 * SHA-256 over the rows of a stretch in their order, each as the JSON list of its columns and a line feed; at most
 * `limit` rows. `upTo` is the position of the last one.
 */
export async function digestOfRows(db: Kysely<Database>, stretch: Stretch, limit = Infinity): Promise<Digested> {
  const hash = createHash('sha256');
  let upTo = stretch.after;
  let count = 0;
  while (count < limit) {
    const portion = Math.min(PORTION, limit - count);
    const rows = await db.transaction().execute((tx) => textsOf(tx, { ...stretch, after: upTo }, portion));
    for (const { text } of rows) hash.update(text, 'utf8').update('\n');
    count += rows.length;
    upTo = rows.at(-1)?.position ?? upTo;
    if (rows.length < portion) break;
  }
  return { rows: count, upTo, sha256: hash.digest('hex') };
}

async function textsOf(
  tx: Transaction<Database>,
  { log, columns, after, upTo = Number.MAX_SAFE_INTEGER }: Stretch,
  limit: number,
): Promise<{ position: number; text: string }[]> {
  // The text of a time or a number must not depend on how somebody's server is set.
  await sql`set local timezone = 'UTC'`.execute(tx);
  await sql`set local extra_float_digits = 1`.execute(tx);
  const { rows } = await sql<{ position: number; text: string }>`
    select position, jsonb_build_array(${sql.join(columns.map((column) => sql.ref(column)))})::text as text
    from ${sql.table(log)} where position > ${after} and position <= ${upTo}
    order by position limit ${limit}`.execute(tx);
  return rows;
}
