import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { instant, plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Try, TryOutcome } from '../fail-over.ts';
import type { ClaimedAttempt } from './attempt-claim.ts';
import { isOvertaken } from './drill-book.ts';

/** One earlier request with what its carrier called it. */
export interface PastRequest extends Try {
  readonly id: number;
  readonly reference: string | null;
  /** Its asker died before the answer. */
  readonly isLeft: boolean;
}

/** What was asked for this attempt before, oldest first. One whose asker died counts as `unknown`. */
export async function pastRequests(db: Kysely<Database>, { id, fence }: ClaimedAttempt): Promise<PastRequest[]> {
  const rows = await db
    .selectFrom('carrier_request')
    .select(['id', 'carrier', 'fence', 'outcome', 'reference'])
    .where('attempt_id', '=', id)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    carrier: row.carrier,
    reference: row.reference,
    outcome: (row.outcome ?? 'unknown') as TryOutcome,
    isLeft: row.outcome === null,
    isOfThisClaim: row.fence === fence,
  }));
}

/** When each carrier was asked for this number within the last `withinMs`, save where it took nothing. */
export async function usesOf(
  db: Kysely<Database>,
  phone: string,
  now: Instant,
  withinMs: DurationMs,
): Promise<ReadonlyMap<string, readonly Instant[]>> {
  const rows = await db
    .selectFrom('carrier_request')
    .select(['carrier', 'asked_at'])
    .where('phone', '=', phone)
    .where('asked_at', '>', new Date(plus(now, -withinMs)))
    .where((eb) => eb.or([eb('outcome', 'is', null), eb('outcome', 'not in', ['refused', 'unreachable'])]))
    .execute();
  const uses = new Map<string, Instant[]>();
  for (const { carrier, asked_at } of rows)
    uses.set(carrier, [...(uses.get(carrier) ?? []), instant(asked_at.getTime())]);
  return uses;
}

/**
 * Written right before a carrier is asked, so that a crash leaves a trace. `undefined`: the claim is lost, or nobody has
 * to be reached any more, and nothing is to be asked.
 */
export async function beginRequest(
  db: Kysely<Database>,
  { id, fence, phone }: ClaimedAttempt,
  carrier: string,
  at: Instant,
): Promise<number | undefined> {
  const row = await db
    .insertInto('carrier_request')
    .columns(['attempt_id', 'carrier', 'phone', 'fence', 'asked_at'])
    .expression((eb) =>
      eb
        .selectFrom('attempt')
        .innerJoin('callout', 'callout.id', 'attempt.callout_id')
        .select(({ val, ref }) => [
          ref('attempt.id').as('attempt_id'),
          val(carrier).as('carrier'),
          val(phone).as('phone'),
          ref('attempt.fence').as('fence'),
          sql<Date>`${new Date(at)}::timestamptz`.as('asked_at'),
        ])
        .where('attempt.id', '=', id)
        .where('attempt.fence', '=', fence)
        .where('attempt.status', '=', 'claimed')
        // That it is over is told after its end.
        .where(({ eb: is, or }) => or([is('callout.ended_at', 'is', null), is('attempt.code', '=', '')]))
        // What is real may have found the drill's row held, and hung up nothing.
        .where(({ not }) => not(isOvertaken)),
    )
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** Writes how the carrier took it. */
export async function endRequest(
  db: Kysely<Database>,
  id: number,
  outcome: TryOutcome,
  reference: string | null = null,
): Promise<void> {
  await db
    .updateTable('carrier_request')
    .set({ outcome, ...(reference !== null && { reference }) })
    .where('id', '=', id)
    .execute();
}
