import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { hasCode } from '../../src/core/errors.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Carriers, NamedCarrier } from '../channels/named-carrier.ts';
import type { Pending, Receipt } from '../channels/carrier.ts';
import type { CalloutDesk } from './callout-desk.ts';
import { referenceOf } from '../channels/standing-by.ts';
import { eachAlone } from './each-alone.ts';

interface ReceiptPorts {
  readonly db: Kysely<Database>;
  readonly desk: Pick<CalloutDesk, 'report' | 'reply' | 'attemptOf'>;
  readonly carriers: Carriers;
  /** Names of those that are asked. */
  readonly polled: ReadonlySet<string>;
}

/** What has not ended of one carrier; it is asked for no more at once. */
const AT_MOST = 200;

/** Asks carriers that cannot reach us what became of their calls and messages, and takes it as if they had reported it. */
export const pollReceipts = ({ db, desk, carriers, polled }: ReceiptPorts): Promise<void> =>
  eachAlone(
    carriers.filter(({ name }) => polled.has(name)),
    async ({ name, carrier }: NamedCarrier) => {
      const told = await carrier.receipts?.(await pendingOf(db, name));
      await eachAlone(told ?? [], (receipt) => take(desk, name, receipt));
    },
  );

async function take(desk: ReceiptPorts['desk'], name: string, receipt: Receipt): Promise<void> {
  if ('attemptId' in receipt) await desk.report(receipt.attemptId, receipt.report, name);
  else if ('reference' in receipt) await takeNamed(desk, name, receipt);
  else await desk.reply(receipt.from, receipt.text, `${name}:${receipt.reportId}`);
}

async function takeNamed(
  desk: ReceiptPorts['desk'],
  name: string,
  { reference, report }: Extract<Receipt, { reference: string }>,
): Promise<void> {
  try {
    await desk.report(await desk.attemptOf(name, reference), report, name);
  } catch (error) {
    // Of others who share the account.
    if (!hasCode(error, 'attempt/not-found')) throw error;
  }
}

async function pendingOf(db: Kysely<Database>, carrier: string): Promise<readonly Pending[]> {
  const rows = await db
    .selectFrom('carrier_request')
    .innerJoin('attempt', 'attempt.id', 'carrier_request.attempt_id')
    .select(['attempt.id', 'attempt.medium', 'attempt.phone', 'carrier_request.reference', 'carrier_request.asked_at'])
    .where('carrier_request.carrier', '=', carrier)
    .where('carrier_request.outcome', 'in', ['accepted', 'silent'])
    .where('carrier_request.reference', 'is not', null)
    .where('attempt.status', 'in', ['handed-over', 'ringing', 'answered', 'cancelling'])
    .orderBy('carrier_request.id', 'desc')
    .limit(AT_MOST)
    .execute();
  const callouts = rows.flatMap(({ id, medium, phone, reference, asked_at }) =>
    reference === null ? [] : [{ attemptId: id, reference, medium, phone, askedAt: asked_at.getTime() }],
  );
  return [...callouts, ...(await besides(db, carrier, AT_MOST - callouts.length))];
}

/** What has not ended of broadcasts, while they run, and of calls that prove numbers. */
async function besides(db: Kysely<Database>, carrier: string, most: number): Promise<readonly Pending[]> {
  if (most <= 0) return [];
  const begins = referenceOf(carrier, '');
  const { rows } = await sql<{ id: string; medium: string; phone: string; carrier_ref: string; at: Date }>`
    select a.id, a.medium, a.phone, a.carrier_ref, a.begun_at as at
    from broadcast_attempt a join broadcast b on b.id = a.broadcast_id
    where b.ended_at is null and a.status in ('handed-over', 'ringing', 'answered') and starts_with(a.carrier_ref, ${begins})
    union all
    select id, medium, phone, carrier_ref, due_at as at
    from proof_call
    where status = 'handed-over' and starts_with(carrier_ref, ${begins})
    order by at desc limit ${most}`.execute(db);
  return rows.map(({ id, medium, phone, carrier_ref, at }) => ({
    attemptId: id,
    reference: carrier_ref.slice(begins.length),
    medium,
    phone,
    askedAt: at.getTime(),
  }));
}
