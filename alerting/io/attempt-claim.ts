import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import { WARNING_LEVELS } from '../../src/core/level.ts';
import { plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import { attemptFacts } from './attempt-row.ts';
import { record } from './callout-book.ts';
import type { Tx } from './callout-book.ts';

/** An attempt that this worker holds until its lease ends; `fence` tells its claim from any later one. */
export type ClaimedAttempt = Selectable<Database['attempt']>;

type Status = 'queued' | 'claimed' | 'cancelling';

const gravestFirst = sql`array_position(${sql.lit(`{${WARNING_LEVELS.toReversed().join()}}`)}::text[], level)`;

/** Attempts begun at once by one pass. */
const BATCH = 200;

/** Claims what is due: nobody else has it, or had it and died. A claimed attempt carries a new fencing number. */
export const claim = (
  db: Kysely<Database>,
  statuses: readonly Status[],
  now: Instant,
  leaseMs: DurationMs,
): Promise<ClaimedAttempt[]> =>
  db.transaction().execute(async (tx) => {
    const free = await tx
      .selectFrom('attempt')
      .select('id')
      .where('status', 'in', statuses)
      .where('due_at', '<=', new Date(now))
      .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', new Date(now))]))
      // Where a carrier takes one after the other, the gravest are the first.
      .orderBy(gravestFirst)
      .orderBy('due_at')
      .limit(BATCH)
      .forNoKeyUpdate()
      .skipLocked()
      .execute();
    if (free.length === 0) return [];
    const claimed = await tx
      .updateTable('attempt')
      .set({
        status: sql`case when status = 'cancelling' then status else 'claimed' end`,
        fence: sql`fence + 1`,
        lease_until: new Date(plus(now, leaseMs)),
      })
      .where(
        'id',
        'in',
        free.map(({ id }) => id),
      )
      .returningAll()
      .execute();
    // An update gives its rows back in whatever order it finds them.
    const byId = new Map(claimed.map((row) => [row.id, row]));
    return free.flatMap(({ id }) => byId.get(id) ?? []);
  });

const mine = (db: Kysely<Database>, { id, fence }: ClaimedAttempt) =>
  db.updateTable('attempt').where('id', '=', id).where('fence', '=', fence);

/** Asked right before the request: whether the claim still holds, and somebody still has to be reached. */
export async function isStillWanted(db: Kysely<Database>, { id, fence }: ClaimedAttempt): Promise<boolean> {
  const row = await db
    .selectFrom('attempt')
    .innerJoin('callout', 'callout.id', 'attempt.callout_id')
    .select('attempt.id')
    .where('attempt.id', '=', id)
    .where('attempt.fence', '=', fence)
    .where('attempt.status', '=', 'claimed')
    // That it is over is told after its end.
    .where((eb) => eb.or([eb('callout.ended_at', 'is', null), eb('attempt.code', '=', '')]))
    .executeTakeFirst();
  return row !== undefined;
}

/** Lets go of a claim, to be tried again at `dueAt`; unless it was cancelled, reported on or retaken meanwhile. */
export async function giveBack(
  db: Kysely<Database>,
  attempt: ClaimedAttempt,
  to: 'queued' | 'cancelling',
  dueAt: Instant,
): Promise<void> {
  await mine(db, attempt)
    .where('status', '=', to === 'queued' ? 'claimed' : 'cancelling')
    .set({ status: to, due_at: new Date(dueAt), lease_until: null })
    .execute();
  // Cancelled while the carrier was silent: whoever comes next ends it.
  await mine(db, attempt).where('status', '=', 'cancelling').set({ lease_until: null }).execute();
}

/** Holds the attempt's row, before the log is locked. */
export const holdAttempt = (tx: Tx, { id }: ClaimedAttempt): Promise<ClaimedAttempt> =>
  tx.selectFrom('attempt').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirstOrThrow();

/**
 * Writes down what the carrier calls it. Returns whether somebody answered while the carrier was being asked:
 * that is told as a race, and a call has to be hung up.
 */
export async function handOver(tx: Tx, attempt: ClaimedAttempt, reference: string, at: Instant): Promise<boolean> {
  const row = await holdAttempt(tx, attempt);
  const carrier_ref = row.carrier_ref ?? reference;
  const set = (fields: Partial<Pick<ClaimedAttempt, 'status' | 'lease_until' | 'outcome' | 'ended_at'>>) =>
    tx
      .updateTable('attempt')
      .set({ carrier_ref, ...fields })
      .where('id', '=', attempt.id)
      .execute();
  const isRaced = row.status === 'cancelling' || (row.status === 'ended' && row.outcome === 'cancelled');
  if (isRaced) {
    await set({ outcome: 'raced', ...(row.medium === 'voice' && { status: 'cancelling', ended_at: null }) });
    await tell(tx, row, 'raced', {}, at);
  } else if (row.status === 'claimed' && row.fence === attempt.fence) {
    await set({ status: 'handed-over', lease_until: null });
    await tell(tx, row, 'attempt-status', { status: 'handed-over' }, at);
  } else await set({});
  return isRaced;
}

/** Ends what was being cancelled, or what nobody wants any more. Anything else is left as it is. */
export async function markEnded(tx: Tx, attempt: ClaimedAttempt, at: Instant): Promise<void> {
  const ended = await tx
    .updateTable('attempt')
    .set({ status: 'ended', outcome: sql`coalesce(outcome, 'cancelled')`, ended_at: new Date(at), lease_until: null })
    .where('id', '=', attempt.id)
    .where('fence', '=', attempt.fence)
    .where('status', 'in', ['cancelling', 'claimed'])
    .returningAll()
    .executeTakeFirst();
  if (ended !== undefined) await tell(tx, ended, 'attempt-status', { status: 'ended', outcome: ended.outcome }, at);
}

/** Claims one attempt that is being cancelled, whoever has it: for a race that must be hung up now. */
export async function claimedAgain(
  db: Kysely<Database>,
  clock: DatabaseClock,
  { id }: ClaimedAttempt,
  leaseMs: DurationMs,
): Promise<ClaimedAttempt | undefined> {
  const now = await clock.read(db);
  return db
    .updateTable('attempt')
    .set({ fence: sql`fence + 1`, lease_until: new Date(plus(now, leaseMs)) })
    .where('id', '=', id)
    .where('status', '=', 'cancelling')
    .returningAll()
    .executeTakeFirst();
}

const tell = (
  tx: Tx,
  row: ClaimedAttempt,
  type: 'attempt-status' | 'raced',
  facts: Record<string, unknown>,
  at: Instant,
) => record(tx, { id: row.callout_id, siteId: row.site_id }, [{ type, facts: { ...attemptFacts(row), ...facts } }], at);
