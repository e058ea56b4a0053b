import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import { MINUTE, SECOND, plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';

/** An attempt that this worker holds until its lease ends; `fence` tells its claim from any later one. */
export type ClaimedCall = Selectable<Database['broadcast_attempt']>;

/** How fast carriers take calls and messages of broadcasts, over all processes. */
export interface BroadcastPace {
  readonly callsPerSecond: number;
  readonly messagesPerSecond: number;
  /** Calls under way at once. Below the lines there are: callouts need some too. */
  readonly lines: number;
}

/** Of the pace: one worker after the other counts what has begun. */
const PACE_LOCK_KEY = 7101;
/** A callout's call that waits for its first request is asked for first; one that waits longer has another reason. */
const CALLOUT_FIRST_MS = 30 * SECOND;
/** A callout's call of which nothing has been heard for so long keeps nobody from being told to leave. */
const CALLOUT_LINE_MS = 5 * MINUTE;

const UNDER_WAY = ['claimed', 'handed-over', 'ringing', 'answered'];

/** Claims what is due, as fast as carriers take it, in the order in which people were listed; what another worker lost comes first. */
export const claimCalls = (
  db: Kysely<Database>,
  now: Instant,
  pace: BroadcastPace,
  leaseMs: DurationMs,
): Promise<ClaimedCall[]> =>
  db.transaction().execute(async (tx) => {
    const waiting = await tx
      .selectFrom('broadcast_attempt')
      .select('id')
      .where('status', 'in', ['queued', 'claimed', 'cancelling'])
      .where('due_at', '<=', new Date(now))
      .limit(1)
      .executeTakeFirst();
    if (waiting === undefined) return [];
    await sql`select pg_advisory_xact_lock(${PACE_LOCK_KEY})`.execute(tx);
    const lost = await freeOf(tx, now, ['claimed', 'cancelling']).limit(500).execute();
    const calls = await mayBegin(tx, 'voice', now, pace);
    const texts = await mayBegin(tx, 'sms', now, pace);
    const found = [
      ...lost,
      ...(calls === 0 ? [] : onePerPhone(await quietPhones(tx, now, calls)).slice(0, calls)),
      ...(texts === 0 ? [] : await freeOf(tx, now, ['queued']).where('medium', '=', 'sms').limit(texts).execute()),
    ];
    if (found.length === 0) return [];
    return tx
      .updateTable('broadcast_attempt')
      .set({
        status: sql`case when status = 'cancelling' then status else 'claimed' end`,
        begun_at: sql`case when status = 'queued' then ${new Date(now)} else begun_at end`,
        fence: sql`fence + 1`,
        lease_until: new Date(plus(now, leaseMs)),
      })
      .where(
        'id',
        'in',
        found.map(({ id }) => id),
      )
      .returningAll()
      .execute();
  });

/** How many more may begin now: what began in the last second, and lines that are taken, count against the pace. */
async function mayBegin(
  tx: Kysely<Database>,
  medium: 'voice' | 'sms',
  now: Instant,
  { callsPerSecond, messagesPerSecond, lines }: BroadcastPace,
): Promise<number> {
  const begun = await countOf(tx, medium)
    .where('begun_at', '>', new Date(now - SECOND))
    .executeTakeFirstOrThrow();
  if (medium === 'sms') return Math.max(0, messagesPerSecond - begun.count);
  if (await calloutWaits(tx, now)) return 0;
  const busy = await countOf(tx, medium).where('status', 'in', UNDER_WAY).executeTakeFirstOrThrow();
  return Math.max(0, Math.min(callsPerSecond - begun.count, lines - busy.count));
}

const countOf = (tx: Kysely<Database>, medium: string) =>
  tx
    .selectFrom('broadcast_attempt')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('medium', '=', medium);

/** Whether a callout is about to call somebody: that goes before any broadcast. */
async function calloutWaits(tx: Kysely<Database>, now: Instant): Promise<boolean> {
  const row = await tx
    .selectFrom('attempt')
    .select('id')
    .where('status', '=', 'queued')
    .where('medium', '=', 'voice')
    .where('drill', '=', false)
    .where('due_at', '<=', new Date(now))
    .where('due_at', '>', new Date(now - CALLOUT_FIRST_MS))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

const freeOf = (tx: Kysely<Database>, now: Instant, statuses: readonly string[]) =>
  tx
    .selectFrom('broadcast_attempt')
    .select(['id', 'phone'])
    .where('status', 'in', statuses)
    .where('due_at', '<=', new Date(now))
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', new Date(now))]))
    .orderBy('due_at')
    .orderBy('recipient')
    .orderBy('id')
    .forNoKeyUpdate()
    .skipLocked();

/** Calls to telephones that nobody of ours calls already: neither a callout nor another call of a broadcast. */
const quietPhones = (tx: Kysely<Database>, now: Instant, calls: number) =>
  freeOf(tx, now, ['queued'])
    .where('medium', '=', 'voice')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('attempt')
            .select('attempt.id')
            .whereRef('attempt.phone', '=', 'broadcast_attempt.phone')
            .where('attempt.medium', '=', 'voice')
            .where('attempt.status', '<>', 'ended')
            // What is not on the line yet and only rehearses keeps nobody from being told to leave.
            .where(({ not, eb }) => not(eb.and([eb('attempt.drill', '=', true), eb('attempt.status', '=', 'queued')])))
            .where('attempt.created_at', '>', new Date(now - CALLOUT_LINE_MS)),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('broadcast_attempt as other')
            .select('other.id')
            .whereRef('other.phone', '=', 'broadcast_attempt.phone')
            .where('other.medium', '=', 'voice')
            .where('other.status', 'in', UNDER_WAY),
        ),
      ),
    )
    // Households that share a telephone are called one after the other.
    .limit(calls * 2)
    .execute();

const onePerPhone = <T extends { readonly phone: string }>(rows: readonly T[]): readonly T[] =>
  rows.filter(({ phone }, i) => rows.findIndex((row) => row.phone === phone) === i);

const mine = (db: Kysely<Database>, { id, fence }: ClaimedCall) =>
  db.updateTable('broadcast_attempt').where('id', '=', id).where('fence', '=', fence);

/** Asked right before the request: whether the claim still holds, and the person still has to be told. */
export async function isCallWanted(db: Kysely<Database>, { id, fence }: ClaimedCall): Promise<boolean> {
  const row = await db
    .selectFrom('broadcast_attempt')
    .innerJoin('broadcast', 'broadcast.id', 'broadcast_attempt.broadcast_id')
    .select('broadcast_attempt.id')
    .where('broadcast_attempt.id', '=', id)
    .where('broadcast_attempt.fence', '=', fence)
    .where('broadcast_attempt.status', '=', 'claimed')
    .where('broadcast.ended_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** Lets go of a claim, to be tried again at `dueAt`; unless it was cancelled, reported on or retaken meanwhile. */
export async function giveCallBack(db: Kysely<Database>, attempt: ClaimedCall, dueAt: Instant): Promise<void> {
  await mine(db, attempt)
    .where('status', 'in', ['claimed', 'cancelling'])
    .set({
      status: sql`case when status = 'claimed' then 'queued' else status end`,
      due_at: new Date(dueAt),
      lease_until: null,
    })
    .execute();
}

/** Ends what was being cancelled, or what nobody wants any more. Anything else is left as it is. */
export async function endCall(db: Kysely<Database>, attempt: ClaimedCall, at: Instant): Promise<void> {
  await mine(db, attempt)
    .where('status', 'in', ['cancelling', 'claimed'])
    .set({ status: 'ended', outcome: sql`coalesce(outcome, 'cancelled')`, ended_at: new Date(at), lease_until: null })
    .execute();
}
