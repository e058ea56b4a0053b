import type { Kysely } from 'kysely';
import { AppError } from '../../src/core/errors.ts';
import { allAccounted } from '../../src/core/evacuation.ts';
import type { Standing } from '../../src/core/evacuation.ts';
import type { Instant } from '../../src/core/time.ts';
import { recordAudit } from '../../src/platform/audit.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import type { BroadcastPlan } from '../broadcast/recipient.ts';
import type { CarrierReply, CarrierReport } from '../carrier-report.ts';
import { dueRecipient, heldBroadcast, heldRecipient, takeRecipient } from './broadcast-book.ts';
import type { HeldBroadcast, Said, Tx } from './broadcast-book.ts';
import { countsOf, endBroadcast } from './broadcast-end.ts';
import { beginOrdered, BY_ITSELF, isNobody, noteNobody, orderedOwed } from './order-broadcast.ts';
import type { OrderName } from './order-broadcast.ts';
import { broadcastInbox } from './broadcast-inbox.ts';
import { press } from './broadcast-press.ts';
import type { Press } from './broadcast-press.ts';
import { eachAlone } from './each-alone.ts';
import { noteAtSite } from './site-note.ts';

interface BroadcastDeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly plan: BroadcastPlan;
}

/** Where somebody stands, as a person says. */
export interface Mark {
  readonly standing: Standing;
  readonly note?: string | undefined;
  /** Who goes to the door. */
  readonly goes?: string | undefined;
}

export interface BroadcastEnd {
  readonly note: string;
  /** Whoever ends it knows that not everybody is safe. */
  readonly unaccounted: boolean;
}

/** Evacuation broadcasts. Each call is a transaction, audit included where a person decides. */
export interface BroadcastDesk {
  /** Returns the broadcast's id. Throws `site/not-found`, `broadcast/group-not-found`, `broadcast/nobody`, `broadcast/real-runs`, `drill/real-stands`. */
  press(siteId: string, asked: Press, who: string): Promise<string>;
  /**
   * Begins the broadcast of an order to evacuate, and returns its id; asked again, the same one. Throws `order/not-found`,
   * `callout/already-released`, `broadcast/nobody`, `broadcast/real-runs`.
   */
  beginOrdered(calloutId: string, order: number, who: string): Promise<string>;
  /** Begins what the file of its site says begins by itself. Returns how many. One that fails stops no other. */
  takeOrdered(): Promise<number>;
  /** Throws `broadcast/not-found`, `broadcast/recipient-not-found`, `broadcast/ended`. */
  mark(broadcastId: string, number: number, mark: Mark, who: string): Promise<void>;
  /** What has ended stays as it ended. Throws `broadcast/not-found`, `broadcast/unaccounted`. */
  end(broadcastId: string, end: BroadcastEnd, who: string): Promise<void>;
  /** Takes a carrier's report; null: the attempt is of no broadcast. */
  report(attemptId: string, report: CarrierReport): Promise<CarrierReply | null>;
  /** Takes a text message that says where somebody is; false: it is none, or of nobody who was written to. */
  reply(from: string, text: string, reportId: string): Promise<boolean>;
  /** Keeps what else somebody wrote who was written to, for people to read. */
  keep(from: string, text: string, reportId: string): Promise<void>;
  /** Calls again, and sends to the door, whoever is due. Returns how many. One that fails stops no other. */
  takeDue(): Promise<number>;
}

/** People looked at in one round. */
const DUE_AT_ONCE = 500;

/** The shell around `stepRecipient`. Locks are taken in the order broadcast, recipient, attempt, log, audit. */
export function broadcastDesk({ db, clock, plan }: BroadcastDeskPorts): BroadcastDesk {
  const held = async (tx: Tx, id: string, how: 'share' | 'alone'): Promise<HeldBroadcast> => {
    const broadcast = await heldBroadcast(tx, id, how);
    if (broadcast === undefined) throw new AppError('broadcast/not-found', 'there is no such broadcast');
    return broadcast;
  };

  const takeOneDue = (id: string, number: number, now: Instant): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const broadcast = await heldBroadcast(tx, id, 'share');
      if (broadcast === undefined || broadcast.endedAt !== null) return;
      const recipient = await dueRecipient(tx, id, number, now);
      if (recipient !== undefined) await takeRecipient(tx, broadcast, recipient, { type: 'time-passed', at: now });
    });

  const begin = (order: OrderName, who: string): Promise<string> =>
    db.transaction().execute(async (tx) => beginOrdered(tx, { ...order, who, plan, now: await clock.read(tx) }));

  return {
    ...broadcastInbox({ db, clock }),

    press: (siteId, asked, who) =>
      db.transaction().execute(async (tx) => press(tx, { siteId, asked, who, plan, now: await clock.read(tx) })),

    beginOrdered: (calloutId, number, who) => begin({ calloutId, number }, who),

    async takeOrdered() {
      const owed = await orderedOwed(db);
      await eachAlone(owed, async (order) => {
        try {
          await begin(order, BY_ITSELF);
        } catch (error) {
          if (!isNobody(error)) throw error;
          await db.transaction().execute(async (tx) => noteNobody(tx, { ...order, now: await clock.read(tx) }));
        }
      });
      return owed.length;
    },

    mark: (broadcastId, number, { standing, note, goes }, who) =>
      db.transaction().execute(async (tx) => {
        const broadcast = await held(tx, broadcastId, 'share');
        if (broadcast.endedAt !== null) throw new AppError('broadcast/ended', 'the broadcast is over');
        const recipient = await heldRecipient(tx, broadcastId, number);
        if (recipient === undefined)
          throw new AppError('broadcast/recipient-not-found', 'nobody of that number is listed');
        const at = await clock.read(tx);
        const words = { ...(note !== undefined && { note }), ...(goes !== undefined && { goes }) };
        const said: Said = { by: who, medium: 'person', at, ...words };
        const before = recipient.state.standing;
        await takeRecipient(tx, broadcast, recipient, { type: 'marked', standing, at }, said);
        const facts = { broadcastId, recipient: number, before, after: standing, ...words };
        await recordAudit(tx, { at, who, action: 'broadcast/mark', siteId: broadcast.siteId, facts });
      }),

    end: (broadcastId, { note, unaccounted }, who) =>
      db.transaction().execute(async (tx) => {
        const broadcast = await held(tx, broadcastId, 'alone');
        if (broadcast.endedAt !== null) return;
        const counts = await countsOf(tx, broadcastId);
        if (!unaccounted && !allAccounted(counts))
          throw new AppError('broadcast/unaccounted', 'not everybody is known to be safe');
        const now = await clock.read(tx);
        const notes = await endBroadcast(tx, broadcast, { who, note, now });
        const { siteId } = broadcast;
        await noteAtSite(tx, siteId, notes, now);
        await recordAudit(tx, { at: now, who, action: 'broadcast/end', siteId, facts: { broadcastId, note, counts } });
      }),

    async takeDue() {
      const now = await clock.read(db);
      const due = await db
        .selectFrom('broadcast_recipient')
        .select(['broadcast_id', 'number'])
        .where('due_at', '<=', new Date(now))
        .orderBy('due_at')
        .limit(DUE_AT_ONCE)
        .execute();
      await eachAlone(due, ({ broadcast_id, number }) => takeOneDue(broadcast_id, number, now));
      return due.length;
    },
  };
}
