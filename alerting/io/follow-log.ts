import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import { isDatabaseAway } from '../../src/platform/database-failure.ts';
import type { Tx } from './callout-book.ts';

/** A row that fails so often is parked: others must not wait behind it. */
const FAILURES_TO_PARK = 3;

interface LogReader<Row extends { readonly position: number }> {
  /** Name under which the position is kept. */
  readonly reader: string;
  /** The first row after a position. */
  readonly next: (tx: Tx, after: number) => Promise<Row | undefined>;
  /** Takes the row in, within the transaction that moves the position past it. */
  readonly take: (tx: Tx, row: Row) => Promise<void>;
}

/**
 * Takes every row after the position, each in ONE transaction with its effects and the new position.
 * A row that fails three times is parked (`log_failure`) and stepped over. Returns how many rows were passed.
 * Throws what time may mend, with nothing lost.
 */
export async function followLog<Row extends { readonly position: number }>(
  db: Kysely<Database>,
  log: LogReader<Row>,
): Promise<number> {
  await db
    .insertInto('log_position')
    .values({ reader: log.reader, position: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  for (let passed = 0; ; passed++) if (!(await passOne(db, log))) return passed;
}

async function passOne<Row extends { readonly position: number }>(
  db: Kysely<Database>,
  log: LogReader<Row>,
): Promise<boolean> {
  for (let parks = false; ; ) {
    let at: number | undefined;
    try {
      return await db.transaction().execute(async (tx) => {
        const row = await log.next(tx, await holdPosition(tx, log.reader));
        at = row?.position;
        if (row === undefined) return false;
        if (!parks) await log.take(tx, row);
        await tx.updateTable('log_position').set({ position: row.position }).where('reader', '=', log.reader).execute();
        return true;
      });
    } catch (error) {
      if (at === undefined || parks || isDatabaseAway(error)) throw error;
      parks = (await countFailure(db, log.reader, at, error)) >= FAILURES_TO_PARK;
    }
  }
}

/** Holds the reader's position until the transaction ends: one follower at a time, in whatever process. */
export async function holdPosition(tx: Tx, reader: string): Promise<number> {
  const row = await tx
    .selectFrom('log_position')
    .select('position')
    .where('reader', '=', reader)
    .forUpdate()
    .executeTakeFirst();
  return row?.position ?? 0;
}

/** Where a reader is, held by nobody: what it is taking in now comes after that. */
export async function positionOf(tx: Tx, reader: string): Promise<number> {
  const row = await tx.selectFrom('log_position').select('position').where('reader', '=', reader).executeTakeFirst();
  return row?.position ?? 0;
}

async function countFailure(db: Kysely<Database>, reader: string, position: number, error: unknown): Promise<number> {
  const words = String(error instanceof Error ? error.message : error)
    .replaceAll('\0', '\uFFFD')
    .toWellFormed()
    .slice(0, 2000);
  const row = await db
    .insertInto('log_failure')
    .values({ reader, position, failures: 1, parked_at: null, error: words })
    .onConflict((conflict) =>
      conflict.columns(['reader', 'position']).doUpdateSet({ failures: sql`log_failure.failures + 1`, error: words }),
    )
    .returning('failures')
    .executeTakeFirstOrThrow();
  return row.failures;
}

interface ParkedRow {
  readonly reader: string;
  readonly position: number;
}

/** Rows that were stepped over and of which nobody has been told yet. */
export const untoldParked = (db: Kysely<Database>, reader: string): Promise<readonly ParkedRow[]> =>
  db
    .selectFrom('log_failure')
    .select(['reader', 'position'])
    .where('reader', '=', reader)
    .where('failures', '>=', FAILURES_TO_PARK)
    .where('parked_at', 'is', null)
    .orderBy('position')
    .execute();

/** Notes that people are told of it. Returns false when somebody else has done that. */
export async function markTold(tx: Tx, { reader, position }: ParkedRow, at: Instant): Promise<boolean> {
  const mine = await tx
    .updateTable('log_failure')
    .set({ parked_at: new Date(at) })
    .where('reader', '=', reader)
    .where('position', '=', position)
    .where('parked_at', 'is', null)
    .returning('position')
    .executeTakeFirst();
  return mine !== undefined;
}
