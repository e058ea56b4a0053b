import type { Kysely } from 'kysely';
import type { Database } from '../../src/platform/database.ts';
import type { Carriers, NamedCarrier } from '../channels/named-carrier.ts';
import type { Pending, Receipt } from '../channels/carrier.ts';
import type { CalloutDesk } from './callout-desk.ts';
import { eachAlone } from './each-alone.ts';

interface ReceiptPorts {
  readonly db: Kysely<Database>;
  readonly desk: Pick<CalloutDesk, 'report' | 'reply'>;
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
  else await desk.reply(receipt.from, receipt.text, `${name}:${receipt.reportId}`);
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
  return rows.flatMap(({ id, medium, phone, reference, asked_at }) =>
    reference === null ? [] : [{ attemptId: id, reference, medium, phone, askedAt: asked_at.getTime() }],
  );
}
