import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import { hasCode } from '../../src/core/errors.ts';
import { MINUTE, SECOND, plus } from '../../src/core/time.ts';
import { backOffMs } from '../../src/platform/back-off.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import type { CarrierReply, CarrierReport } from '../carrier-report.ts';
import type { Carrier } from '../channels/carrier.ts';
import { PROVED, proofAgain } from '../proof-text.ts';
import type { Slots } from '../slots.ts';

const LEASE_MS = 20 * SECOND;
/** Tests leave the lines to those who have to be reached: few at a time. */
const AT_ONCE = 3;
/** A carrier that is away so often has not proved the number. */
const TRIES_AT_MOST = 5;
/** A call of which nothing was heard for so long is over. */
const FORGOTTEN_AFTER_MS = 10 * MINUTE;

type ProofCall = Selectable<Database['proof_call']>;

/** Performs calls that belong to no callout, one request each under its id as the idempotency key. */
export function proofCalls(ports: {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly carrier: Carrier;
}) {
  const { db, clock, carrier } = ports;

  async function place(call: ProofCall): Promise<void> {
    const slots = call.slots as Slots | null;
    const request = { attemptId: call.id, to: call.phone, text: call.say, ...(slots !== null && { slots }) };
    try {
      const reference = await (call.medium === 'sms' ? carrier.message(request) : carrier.call(request));
      await db
        .updateTable('proof_call')
        .set({ status: 'handed-over', carrier_ref: reference, lease_until: null })
        .where('id', '=', call.id)
        .where('status', '=', 'queued')
        .execute();
    } catch (error) {
      if (hasCode(error, 'carrier/refused')) return end(db, clock, call.id, 'refused');
      if (!hasCode(error, 'carrier/unreachable')) throw error;
      if (call.tries >= TRIES_AT_MOST) return end(db, clock, call.id, 'carrier-away');
      const due = plus(await clock.read(db), backOffMs(call.tries, 10 * SECOND, 5 * MINUTE));
      await db
        .updateTable('proof_call')
        .set({ due_at: new Date(due), lease_until: null })
        .where('id', '=', call.id)
        .execute();
    }
  }

  return {
    /** Asks for what is due, and ends what was forgotten. Returns how many were asked for. */
    async pass(): Promise<number> {
      const now = await clock.read(db);
      await db
        .updateTable('proof_call')
        .set({ status: 'ended', outcome: sql`coalesce(outcome, 'no-report')`, ended_at: new Date(now) })
        .where('status', '=', 'handed-over')
        .where('due_at', '<', new Date(now - FORGOTTEN_AFTER_MS))
        .execute();
      const due = db
        .selectFrom('proof_call')
        .select('id')
        .where('status', '=', 'queued')
        .where('due_at', '<=', new Date(now))
        .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', new Date(now))]))
        .orderBy('due_at')
        .limit(AT_ONCE)
        .forUpdate()
        .skipLocked();
      const claimed = await db
        .updateTable('proof_call')
        .set({ lease_until: new Date(plus(now, LEASE_MS)), tries: sql`tries + 1`, due_at: new Date(now) })
        .where('id', 'in', due)
        .returningAll()
        .execute();
      await Promise.all(claimed.map(place));
      return claimed.length;
    },
  };
}

const LAST: Readonly<Partial<Record<CarrierReport['event'], string>>> = {
  voicemail: 'voicemail',
  busy: 'busy',
  'no-answer': 'no-answer',
  failed: 'failed',
  ended: 'hung-up',
  delivered: 'delivered',
  undelivered: 'undelivered',
};

/** Takes a carrier's report on such a call; `null`: it is none of them. Repeated, it changes nothing. */
export async function proofReport(
  db: Kysely<Database>,
  clock: DatabaseClock,
  id: string,
  report: CarrierReport,
): Promise<CarrierReply | null> {
  const call = await db.selectFrom('proof_call').selectAll().where('id', '=', id).executeTakeFirst();
  if (call === undefined) return null;
  if (report.event === 'digit') {
    if (report.digit !== call.code) return { say: proofAgain(call.code), gather: { digits: 1 } };
    await end(db, clock, id, 'confirmed');
    return { say: PROVED, hangup: true };
  }
  const outcome = LAST[report.event];
  if (outcome !== undefined) await end(db, clock, id, outcome);
  return report.event === 'voicemail' ? { hangup: true } : {};
}

/** What ended first stays: a person who pressed the key has proved the number, also when the line drops after it. */
async function end(db: Kysely<Database>, clock: DatabaseClock, id: string, outcome: string): Promise<void> {
  const now = await clock.read(db);
  await db
    .updateTable('proof_call')
    .set({ status: 'ended', outcome, ended_at: new Date(now), lease_until: null })
    .where('id', '=', id)
    .where('status', '<>', 'ended')
    .execute();
}
