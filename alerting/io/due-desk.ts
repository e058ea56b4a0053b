import type { Instant } from '../../src/core/time.ts';
import { isDatabaseAway } from '../../src/platform/database-failure.ts';
import { dueCallout, take } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';
import { drillRound } from './drill-round.ts';
import { eachAlone } from './each-alone.ts';
import { faultDesk } from './fault-desk.ts';

/** A callout that fails so often in a row will not climb any more: somebody has to be called who is told so. */
const FAILURES_TO_REPLACE = 3;

interface Due {
  readonly id: string;
  readonly site_id: string;
  readonly drill: boolean;
}

/** What climbs when its time has come. */
export function dueDesk(ports: DeskPorts) {
  const { db, clock, policyOf, draw } = ports;
  const { replace } = faultDesk(ports);
  const drills = drillRound(ports);
  /** Failures in a row, by callout. Another process counts its own. */
  const failures = new Map<string, number>();

  const climb = (id: string, at: Instant): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const callout = await dueCallout(tx, id, at);
      if (callout !== undefined) await take(tx, callout, { type: 'time-passed' }, { at, draw, policyOf });
    });

  async function climbOrReplace({ id, site_id: siteId, drill }: Due, at: Instant): Promise<void> {
    try {
      await climb(id, at);
      failures.delete(id);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      failures.set(id, (failures.get(id) ?? 0) + 1);
      if ((failures.get(id) ?? 0) >= FAILURES_TO_REPLACE) {
        await (drill ? drills.endBroken(id) : replace({ id, siteId }));
        failures.delete(id);
      }
      throw error;
    }
  }

  const due = (drill: boolean, now: Instant): Promise<Due[]> =>
    db
      .selectFrom('callout')
      .select(['id', 'site_id', 'drill'])
      .where('due_at', '<=', new Date(now))
      .where('drill', '=', drill)
      .orderBy('due_at')
      .execute();

  return {
    async takeDue(): Promise<number> {
      const now = await clock.read(db);
      const real = await due(false, now);
      let drilled: readonly Due[] = [];
      // What is real goes first, and what comes of drills holds up none of it.
      const work = [
        () => eachAlone(real, (one) => climbOrReplace(one, now)),
        () => drills.endDue(now),
        async () => {
          drilled = await due(true, now);
          await eachAlone(drilled, (one) => climbOrReplace(one, now));
        },
      ];
      await eachAlone(work, (each) => each());
      return real.length + drilled.length;
    },
  };
}
