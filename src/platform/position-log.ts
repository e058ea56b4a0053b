import { sql } from 'kysely';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from './database.ts';

/** The logs that are read, or resumed, by position. */
export const LOGS = ['level_change', 'visibility_change', 'callout_event', 'late_exceedance', 'report_change'] as const;
export type LogName = (typeof LOGS)[number];

/** Advisory lock keys: one number a log, the same in every process of every version. */
const LOCK_KEY: Readonly<Record<LogName, number>> = {
  level_change: 7001,
  visibility_change: 7002,
  callout_event: 7003,
  late_exceedance: 7004,
  // 7005 is the audit's.
  report_change: 7006,
};

/** Of the audit. Its trigger takes it by this number: who has it, appends next. */
const AUDIT_LOCK_KEY = 7005;

/** Keeps others from appending to the audit until the end of the transaction. */
export async function lockAudit(tx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${AUDIT_LOCK_KEY})`.execute(tx);
}

/** The statement that must come before an append to `log` in the same transaction. */
export const lockLogSql = (log: LogName): string => `select pg_advisory_xact_lock(${String(LOCK_KEY[log])})`;

/**
 * Takes the log for this transaction, so that positions are handed out in the order of commits and
 * no reader steps over a row that commits late. Also wakes those who LISTEN on the log's name.
 */
export async function lockLog(tx: Transaction<Database>, log: LogName): Promise<void> {
  await sql.raw(lockLogSql(log)).execute(tx);
  await sql`select pg_notify(${log}, '')`.execute(tx);
}

/** Rows of a log after one position, up to another, itself included. */
export interface Stretch {
  readonly after: number;
  /** None: to the end. */
  readonly upTo?: number;
  readonly limit: number;
}

/** A stretch of a log, in its order. Positions may have gaps; none appears below one that was read. */
export async function rowsOf<Name extends LogName>(
  db: Kysely<Database>,
  log: Name,
  { after, upTo = Number.MAX_SAFE_INTEGER, limit }: Stretch,
): Promise<Selectable<Database[Name]>[]> {
  const { rows } = await sql<Selectable<Database[Name]>>`
    select * from ${sql.table(log)} where position > ${after} and position <= ${upTo}
    order by position limit ${limit}`.execute(db);
  return rows;
}

/** Position of the newest row, 0 for an empty log. */
export async function newestPosition(db: Kysely<Database>, log: LogName): Promise<number> {
  const row = await db
    .selectFrom(log)
    .select((eb) => eb.fn.max('position').as('newest'))
    .executeTakeFirst();
  return row?.newest ?? 0;
}
