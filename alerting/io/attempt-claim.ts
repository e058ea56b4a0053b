import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import { WARNING_LEVELS } from '../../src/core/level.ts';
import { plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import { LINES } from '../policy.ts';
import { attemptFacts } from './attempt-row.ts';
import { record } from './callout-book.ts';
import type { Tx } from './callout-book.ts';
import { isOvertaken } from './drill-book.ts';
import { RIDES_MS, lineOf, ridersAmong } from './shared-line.ts';

/** An attempt that this worker holds until its lease ends; `fence` tells its claim from any later one. */
export type ClaimedAttempt = Selectable<Database['attempt']>;

type Status = 'queued' | 'claimed' | 'cancelling';

const gravestFirst = sql`array_position(${sql.lit(`{${WARNING_LEVELS.toReversed().join()}}`)}::text[], level)`;

/** Who took an attempt, and until when it may be silent; `null`: nobody stands by. */
export interface TakenBy {
  readonly carrier: string;
  readonly reference: string;
  readonly silentAt: Instant | null;
}

/** Silent attempts that are passed on at once. */
const BATCH = 200;

interface Claiming {
  readonly leaseMs: DurationMs;
  readonly most: number;
  readonly sharesLines?: boolean;
}

/**
 * Claims what is due, gravest first, at most `most`; `isFull`: there may be more. Nobody else has it, or had it and died. A
 * claimed attempt carries a new fencing number. Where `sharesLines`, a call that another callout's call carries is claimed for
 * that one's line and not given back.
 */
export const claim = (
  db: Kysely<Database>,
  statuses: readonly Status[],
  now: Instant,
  { leaseMs, most, sharesLines = false }: Claiming,
): Promise<{ readonly attempts: readonly ClaimedAttempt[]; readonly isFull: boolean }> =>
  db.transaction().execute(async (tx) => {
    const free = await tx
      .selectFrom('attempt')
      .select(['id', 'callout_id', 'phone', 'medium', 'level', 'code', 'fence', 'drill'])
      .where('status', 'in', statuses)
      .where('due_at', '<=', new Date(now))
      .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', new Date(now))]))
      .where(({ not }) => (statuses.includes('cancelling') ? sql<boolean>`true` : not(isOvertaken)))
      // Where a carrier takes one after the other, the gravest are the first; of one level somebody at each site, then the next.
      // A drill is the last of all.
      .orderBy('drill')
      .orderBy(gravestFirst)
      .orderBy('number')
      .orderBy('due_at')
      .limit(most)
      .forNoKeyUpdate()
      .skipLocked()
      .execute();
    const isFull = free.length === most;
    if (free.length === 0) return { attempts: [], isFull };
    const riders = sharesLines ? await ridersAmong(tx, free.map(lineOf), now) : new Map<string, string>();
    const own = free.filter(({ id }) => !riders.has(id));
    const claimed = own.length === 0 ? [] : await claimRows(own.map(({ id }) => id));
    for (const [id, host] of riders) await ride(tx, id, host, now);
    // An update gives its rows back in whatever order it finds them.
    const byId = new Map(claimed.map((row) => [row.id, row]));
    return { attempts: own.flatMap(({ id }) => byId.get(id) ?? []), isFull };

    function claimRows(ids: readonly string[]) {
      return tx
        .updateTable('attempt')
        .set({
          status: sql`case when status = 'cancelling' then status else 'claimed' end`,
          fence: sql`fence + 1`,
          lease_until: new Date(plus(now, leaseMs)),
          rides_on: null,
        })
        .where('id', 'in', ids)
        .returningAll()
        .execute();
    }
  });

/** Its lease is the line's: when that gives no more sign of life, it is claimed anew and goes alone. */
async function ride(tx: Tx, id: string, host: string, now: Instant): Promise<void> {
  const row = await tx
    .updateTable('attempt')
    .set({ status: 'claimed', fence: sql`fence + 1`, lease_until: new Date(plus(now, RIDES_MS)), rides_on: host })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tell(tx, row, 'carried', {}, now);
}

/** Claims what a carrier took and gives no sign of: the standby is asked. */
export const claimSilent = (db: Kysely<Database>, now: Instant, leaseMs: DurationMs): Promise<ClaimedAttempt[]> =>
  db.transaction().execute(async (tx) => {
    const silent = await tx
      .selectFrom('attempt')
      .select('id')
      .where('status', '=', 'handed-over')
      .where('silent_at', '<=', new Date(now))
      .orderBy('silent_at')
      .limit(BATCH)
      .forNoKeyUpdate()
      .skipLocked()
      .execute();
    if (silent.length === 0) return [];
    return tx
      .updateTable('attempt')
      .set({ status: 'claimed', fence: sql`fence + 1`, lease_until: new Date(plus(now, leaseMs)), silent_at: null })
      .where(
        'id',
        'in',
        silent.map(({ id }) => id),
      )
      .returningAll()
      .execute();
  });

const mine = (db: Kysely<Database>, { id, fence }: ClaimedAttempt) =>
  db.updateTable('attempt').where('id', '=', id).where('fence', '=', fence);

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
 * Writes down who carries it and what he calls it. `raced`: somebody answered while the carrier was being asked, which is
 * told, and a call has to be hung up. `beside`: the one asked before rings after all, so this one is to be hung up.
 */
export async function handOver(
  tx: Tx,
  attempt: ClaimedAttempt,
  { carrier, reference, silentAt }: TakenBy,
  at: Instant,
): Promise<'taken' | 'raced' | 'beside'> {
  const row = await holdAttempt(tx, attempt);
  const set = (
    fields: Partial<Pick<ClaimedAttempt, 'status' | 'lease_until' | 'outcome' | 'ended_at' | 'silent_at'>>,
  ) =>
    tx
      .updateTable('attempt')
      .set((eb) => ({
        carrier,
        carrier_ref: reference,
        simulated: eb.selectFrom('carrier_status').select('simulated').where('carrier_status.carrier', '=', carrier),
        ...fields,
      }))
      .where('id', '=', attempt.id)
      .execute();
  const isRaced = row.status === 'cancelling' || (row.status === 'ended' && row.outcome === 'cancelled');
  if (isRaced) {
    await set({
      outcome: 'raced',
      ...(LINES.includes(row.medium) && { status: 'cancelling', ended_at: null }),
    });
    await tell(tx, row, 'raced', { carrier }, at);
    return 'raced';
  }
  if (row.status === 'claimed' && row.fence === attempt.fence) {
    await set({ status: 'handed-over', lease_until: null, silent_at: silentAt === null ? null : new Date(silentAt) });
    await tell(tx, row, 'attempt-status', { status: 'handed-over', carrier }, at);
    return 'taken';
  }
  if (row.carrier !== null && row.carrier !== carrier) return 'beside';
  // Its report came before its answer.
  if (row.carrier_ref === null) await set({});
  return 'taken';
}

/** Gives a silent attempt back to the carrier that has accepted it, for good. */
export async function leaveWithCarrier(db: Kysely<Database>, attempt: ClaimedAttempt): Promise<void> {
  await mine(db, attempt).where('status', '=', 'claimed').set({ status: 'handed-over', lease_until: null }).execute();
  await mine(db, attempt).where('status', '=', 'cancelling').set({ lease_until: null }).execute();
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

/** Records something about an attempt that everybody may read. */
export const tell = (
  tx: Tx,
  row: ClaimedAttempt,
  type: 'attempt-status' | 'raced' | 'carrier-failed' | 'outcome-unknown' | 'carried',
  facts: Record<string, unknown>,
  at: Instant,
) => {
  const of = { id: row.callout_id, siteId: row.site_id, ...(row.drill && { policy: { drill: true as const } }) };
  return record(tx, of, [{ type, facts: { ...attemptFacts(row), ...facts } }], at);
};
