import type { Instant } from '../../src/core/time.ts';
import { isDatabaseAway } from '../../src/platform/database-failure.ts';
import { heldBroadcast } from './broadcast-book.ts';
import { endBroadcast } from './broadcast-end.ts';
import { calloutById, endUnreadable, record, take } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';
import { openDrills, overtakenRehearsals } from './drill-book.ts';
import type { OpenDrill } from './drill-book.ts';
import { eachAlone } from './each-alone.ts';
import { noteAtSite } from './site-note.ts';

/** Who ended it, where no person did. */
const BY = 'alert';

type Rehearsed = Awaited<ReturnType<typeof overtakenRehearsals>>[number];

/** What ends drills. A drill that cannot go on is ended as it is: nobody is woken for it. */
export function drillRound(ports: DeskPorts) {
  const { db, clock, policyOf, draw } = ports;

  const end = ({ calloutId }: OpenDrill, why: 'real' | 'over-time'): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const callout = await calloutById(tx, calloutId);
      if (callout === undefined || callout.state.phase === 'released') return;
      const at = await clock.read(tx);
      await take(tx, callout, { type: 'drill-ended', why, by: BY, note: '' }, { at, draw, policyOf });
    });

  /** Its calls are hung up and its row is closed, whatever is wrong with it. */
  const endBroken = (calloutId: string): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const callout = await calloutById(tx, calloutId);
      if (callout === undefined) return;
      const at = await clock.read(tx);
      await endUnreadable(tx, callout, at);
      const note = { type: 'unreadable', facts: { key: `drill:${calloutId}`, drill: true } } as const;
      await record(tx, callout, [note], at);
    });

  async function endOrBreak(drill: OpenDrill, why: 'real' | 'over-time'): Promise<void> {
    try {
      await end(drill, why);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      await endBroken(drill.calloutId);
      throw error;
    }
  }

  /** With a drill or without one: a household must not learn of something real by a rehearsal. */
  const endEvacuation = ({ id, site_id: siteId }: Rehearsed): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const held = await heldBroadcast(tx, id, 'alone');
      if (held === undefined || held.endedAt !== null) return;
      const now = await clock.read(tx);
      const note = '发生真实情况，演练结束 / something real has happened: the drill is over';
      await noteAtSite(tx, siteId, await endBroadcast(tx, held, { who: BY, note, now }), now);
    });

  return {
    endBroken,

    /** Ends what has been overtaken by something real, or lasts too long. */
    async endDue(now: Instant): Promise<void> {
      const drills = async () =>
        eachAlone(await openDrills(db), async (drill) => {
          if (drill.isOvertaken) await endOrBreak(drill, 'real');
          else if (drill.endsAt !== null && drill.endsAt.getTime() <= now) await endOrBreak(drill, 'over-time');
        });
      const rehearsals = async () => eachAlone(await overtakenRehearsals(db), endEvacuation);
      await eachAlone([drills, rehearsals], (each) => each());
    },
  };
}
