import type { Kysely } from 'kysely';
import { hasCode } from '../../src/core/errors.ts';
import { SECOND, plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import { backOffMs } from '../../src/platform/back-off.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import type { MissedCall } from '../broadcast/recipient.ts';
import type { Carrier } from '../channels/carrier.ts';
import type { Words } from '../policy.ts';
import type { Slots } from '../slots.ts';
import { heldBroadcast, heldRecipient, takeRecipient } from './broadcast-book.ts';
import { claimCalls, endCall, giveCallBack, isCallWanted } from './broadcast-claim.ts';
import type { BroadcastPace, ClaimedCall } from './broadcast-claim.ts';

interface BroadcastBoxPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly carrier: Carrier;
  readonly pace: BroadcastPace;
  /** Told of what could not be written after a phone was asked for; the lease brings it back. */
  readonly failed: (error: unknown, attemptId: string) => void;
  /** How long a claim holds; longer than any request takes, 30 s at most. */
  readonly leaseMs?: DurationMs;
}

const AT_MOST_MS: DurationMs = 5 * SECOND;

interface Held {
  readonly row: ClaimedCall;
  readonly at: Instant;
  set(
    fields: Partial<Pick<ClaimedCall, 'status' | 'carrier_ref' | 'lease_until' | 'outcome' | 'ended_at'>>,
  ): Promise<unknown>;
  /** Tells the recipient of a call; of a message there is nothing to tell. */
  tell(event: { readonly type: 'handed-over' } | { readonly type: 'missed'; readonly why: MissedCall }): Promise<void>;
}

/** What performs the calls and messages of evacuation broadcasts. */
export interface BroadcastBox {
  /** Claims what is due, at the pace, and begins to perform it. Returns how many. */
  pass(): Promise<number>;
  /** Resolves when everything begun is done. */
  settled(): Promise<void>;
}

/**
 * Performs the calls and messages of broadcasts: a claim by lease with a fencing number, one request under the attempt's id,
 * the outcome. Killed in between, another worker takes it when the lease is over, under the same id.
 *
 *     queued -> claimed -> handed-over -> (reports) ringing -> answered -> ended
 *       ^          |
 *       +- carrier unreachable, or the lease ran out
 *
 *     cancelling -> (hung up) ended
 */
export function broadcastBox({
  db,
  clock,
  carrier,
  pace,
  failed,
  leaseMs = 20 * SECOND,
}: BroadcastBoxPorts): BroadcastBox {
  const running = new Set<Promise<void>>();

  function begin(attempt: ClaimedCall): void {
    const work = attempt.status === 'cancelling' ? hangUp(attempt, attempt.carrier_ref) : place(attempt);
    const done = work.catch((error: unknown) => failed(error, attempt.id));
    running.add(done);
    void done.finally(() => running.delete(done));
  }

  const nextTry = async ({ fence }: ClaimedCall): Promise<Instant> =>
    plus(await clock.read(db), backOffMs(fence - 1, SECOND, AT_MOST_MS));

  async function hangUp(attempt: ClaimedCall, reference: string | null): Promise<void> {
    // Never confirmed by the carrier: if it should ring all the same, its first report is told to hang up.
    if (reference !== null && attempt.medium === 'voice') {
      try {
        await carrier.hangUp(reference);
      } catch (error) {
        if (!hasCode(error, 'carrier/unreachable')) throw error;
        return giveCallBack(db, attempt, await nextTry(attempt));
      }
    }
    await endCall(db, attempt, await clock.read(db));
  }

  async function place(attempt: ClaimedCall): Promise<void> {
    if (!(await isCallWanted(db, attempt))) return endCall(db, attempt, await clock.read(db));
    const { zh } = attempt.say as Words;
    const slots = attempt.slots as Slots | null;
    const request = { attemptId: attempt.id, to: attempt.phone, text: zh, ...(slots !== null && { slots }) };
    try {
      const reference = await (attempt.medium === 'sms' ? carrier.message(request) : carrier.call(request));
      if (await handedOver(attempt, reference)) await hangUp(attempt, reference);
    } catch (error) {
      if (hasCode(error, 'carrier/refused')) return refused(attempt);
      if (!hasCode(error, 'carrier/unreachable')) throw error;
      await giveCallBack(db, attempt, await nextTry(attempt));
    }
  }

  /** One attempt with its recipient, held in the order that everybody keeps. */
  const write = <T>(attempt: ClaimedCall, work: (held: Held) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (tx) => {
      const broadcast = await heldBroadcast(tx, attempt.broadcast_id, 'share');
      const recipient = await heldRecipient(tx, attempt.broadcast_id, attempt.recipient);
      if (broadcast === undefined || recipient === undefined)
        throw new Error('an attempt without its recipient: the schema forbids it');
      const found = tx.selectFrom('broadcast_attempt').selectAll().where('id', '=', attempt.id);
      const row = await found.forNoKeyUpdate().executeTakeFirstOrThrow();
      const at = await clock.read(tx);
      return work({
        row,
        at,
        set: (fields) => tx.updateTable('broadcast_attempt').set(fields).where('id', '=', attempt.id).execute(),
        async tell(event) {
          if (broadcast.endedAt === null && row.medium === 'voice')
            await takeRecipient(tx, broadcast, recipient, { ...event, try: row.try, at });
        },
      });
    });

  /** Writes down what the carrier calls it. Returns whether the call has to be hung up: the word came while it was asked for. */
  const handedOver = (attempt: ClaimedCall, reference: string): Promise<boolean> =>
    write(attempt, async ({ row, set, tell }) => {
      const isOurs = row.status === 'claimed' && row.fence === attempt.fence;
      await set({
        carrier_ref: row.carrier_ref ?? reference,
        ...(isOurs && { status: 'handed-over', lease_until: null }),
      });
      if (isOurs) await tell({ type: 'handed-over' });
      const isOver = row.status === 'cancelling' || (row.status === 'ended' && row.outcome === 'cancelled');
      return isOver && row.medium === 'voice';
    });

  const refused = (attempt: ClaimedCall): Promise<void> =>
    write(attempt, async ({ row, at, set, tell }) => {
      if (row.status !== 'claimed' || row.fence !== attempt.fence) return;
      await set({ status: 'ended', outcome: 'failed', ended_at: new Date(at), lease_until: null });
      await tell({ type: 'missed', why: 'failed' });
    });

  return {
    async pass() {
      const claimed = await claimCalls(db, await clock.read(db), pace, leaseMs);
      for (const attempt of claimed) begin(attempt);
      return claimed.length;
    },

    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
