import type { Instant } from '../../src/core/time.ts';
import { isDatabaseAway } from '../../src/platform/database-failure.ts';
import { endUnreadable, lastPolicy, newCallout, openCallout, record, take } from './callout-book.ts';
import type { HeldCallout, Tx } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';
import { holdPosition, positionOf } from './follow-log.ts';
import { standingLevels, standingReports } from './log-rows.ts';
import type { CalloutPolicy } from '../policy.ts';

/** Who follows the log of levels, and so opens callouts. */
export const LEVELS = 'alerting/level_change';
/** Who follows the log of reports. It takes its own position first, then that of the levels: it opens callouts too. */
export const REPORTS = 'alerting/report_change';

/** A fault of our own that people have to be told of. */
export interface Fault {
  readonly siteId: string;
  /** Tells one fault from another: each is called once. */
  readonly key: string;
  /** Marks it as told, in the same transaction; false: somebody else has told it. */
  readonly mark?: (tx: Tx, at: Instant) => Promise<boolean>;
}

/** Calls a site's people for faults of our own. */
export function faultDesk({ db, clock, policyOf, draw }: DeskPorts) {
  const within = (fault: Fault, work: (tx: Tx, at: Instant, followed: number) => Promise<void>): Promise<void> =>
    db.transaction().execute(async (tx) => {
      // Whoever opens callouts holds the position of the level log: two would clash.
      const followed = await holdPosition(tx, LEVELS);
      const at = await clock.read(tx);
      if ((await fault.mark?.(tx, at)) !== false) await work(tx, at, followed);
    });

  const call = (tx: Tx, callout: HeldCallout, { key }: Fault, at: Instant) =>
    take(tx, callout, { type: 'system-fault', key }, { at, draw, policyOf });

  /** It knows of every level that stands up to the position followed: while one does, nobody can close it. */
  async function begun(tx: Tx, siteId: string, followed: number): Promise<HeldCallout> {
    const policy = await anyPolicyOf(tx, siteId);
    const covered = await standingLevels(tx, Object.keys(policy.targets), followed);
    const reports = await standingReports(tx, siteId, await positionOf(tx, REPORTS));
    return { ...newCallout(siteId, policy), covered, reports };
  }

  /** The site's policy; where that cannot be had, the one its last callout was made by. */
  async function anyPolicyOf(tx: Tx, siteId: string): Promise<CalloutPolicy> {
    try {
      return await policyOf(siteId, tx);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      const last = await lastPolicy(tx, siteId);
      if (last === undefined) throw error;
      return last;
    }
  }

  /** The callout that cannot take the fault in makes way for a fresh one, which knows of the fault, called as red, and of what stands. */
  async function callAfresh(tx: Tx, fault: Fault, at: Instant, followed: number): Promise<void> {
    const broken = await openCallout(tx, fault.siteId);
    const fresh = await begun(tx, fault.siteId, followed);
    if (broken !== undefined) await endUnreadable(tx, broken, at);
    await call(tx, fresh, fault, at);
    if (broken !== undefined)
      await record(tx, broken, [{ type: 'unreadable', facts: { key: fault.key, followedBy: fresh.id } }], at);
  }

  return {
    begun,

    /** A callout that cannot go on makes way for a fresh one, which calls for just that as red; nothing if it has already. */
    async replace({ id, siteId }: { readonly id: string; readonly siteId: string }): Promise<void> {
      const fault = { siteId, key: `callout:${id}` };
      await within(fault, async (tx, at, followed) => {
        if ((await openCallout(tx, siteId))?.id === id) await callAfresh(tx, fault, at, followed);
      });
    },

    /**
     * Calls for a fault as red in the site's callout. Where that is the very thing that is broken, it is ended
     * with a note, and a fresh one is opened from the present policy. Throws what time may mend, with nothing done.
     */
    async raise(fault: Fault): Promise<void> {
      try {
        await within(fault, async (tx, at, followed) => {
          const open = await openCallout(tx, fault.siteId);
          await call(tx, open ?? (await begun(tx, fault.siteId, followed)), fault, at);
        });
      } catch (error) {
        if (isDatabaseAway(error)) throw error;
        await within(fault, (tx, at, followed) => callAfresh(tx, fault, at, followed));
      }
    },
  };
}
