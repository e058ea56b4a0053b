import type { Kysely } from 'kysely';
import type { Database } from '../../src/platform/database.ts';
import { isCallable } from '../ladder.ts';
import type { CalloutPolicy } from '../policy.ts';
import { alarmMoved } from './alarm-book.ts';
import { newCallout, openCallout, take } from './callout-book.ts';
import type { HeldCallout, Tx } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';
import { eachAlone } from './each-alone.ts';
import { followLog, holdPosition, markTold, untoldParked } from './follow-log.ts';
import { nextLevelChange, nextVisibilityChange } from './log-rows.ts';
import type { LevelChangeRow } from './log-rows.ts';

const LEVELS = 'alerting/level_change';
const VISIBILITIES = 'alerting/visibility_change';

const LOG_OF = { [LEVELS]: 'level_change', [VISIBILITIES]: 'visibility_change' } as const;
type Reader = keyof typeof LOG_OF;

/** What reads the logs of the judge. */
export function logDesk({ db, clock, policyOf, draw }: DeskPorts) {
  async function takeLevelChange(tx: Tx, row: LevelChangeRow): Promise<void> {
    const at = await clock.read(tx);
    await alarmMoved(tx, row, at);
    const callout = (await openCallout(tx, row.siteId)) ?? (await calloutFor(tx, row));
    if (callout === undefined) return;
    const { target, stateVersion, to, value, limit } = row;
    await take(tx, callout, { type: 'level-changed', target, stateVersion, to, value, limit }, { at, draw, policyOf });
  }

  /** None is open: one is begun when somebody is called for the level. */
  async function calloutFor(tx: Tx, { siteId, to }: LevelChangeRow): Promise<HeldCallout | undefined> {
    if (to === 'normal') return undefined;
    const policy = await policyOf(siteId, tx);
    return isCallable(policy, to) ? newCallout(siteId, policy) : undefined;
  }

  /** Raises what was parked as red, one transaction each. It reads the row's site, never the row. */
  const tellParked = async (reader: Reader): Promise<void> =>
    eachAlone(await untoldParked(db, reader), ({ position }) =>
      db.transaction().execute(async (tx) => {
        // Whoever opens callouts holds the position of the level log: two would clash.
        await holdPosition(tx, LEVELS);
        const at = await clock.read(tx);
        if (!(await markTold(tx, { reader, position }, at))) return;
        const log = LOG_OF[reader];
        const row = tx.selectFrom(log).select('site_id').where('position', '=', position);
        const { site_id: siteId } = await row.executeTakeFirstOrThrow();
        const callout = (await openCallout(tx, siteId)) ?? newCallout(siteId, await anyPolicyOf(tx, siteId));
        await take(tx, callout, { type: 'system-fault', key: `${log}:${String(position)}` }, { at, draw, policyOf });
      }),
    );

  /** The site's policy; where that cannot be had, the one its last callout was made by. */
  async function anyPolicyOf(tx: Tx, siteId: string): Promise<CalloutPolicy> {
    try {
      return await policyOf(siteId, tx);
    } catch (error) {
      const last = await lastPolicy(tx, siteId);
      if (last === undefined) throw error;
      return last;
    }
  }

  return {
    async followLevelChanges(): Promise<number> {
      const passed = await followLog(db, { reader: LEVELS, next: nextLevelChange, take: takeLevelChange });
      await tellParked(LEVELS);
      return passed;
    },

    async followVisibility(): Promise<number> {
      const passed = await followLog(db, {
        reader: VISIBILITIES,
        next: nextVisibilityChange,
        async take(tx, { siteId, visibility, position, sensorIds }) {
          const callout = visibility === 'blind' ? await openCallout(tx, siteId) : undefined;
          if (callout === undefined) return;
          await take(
            tx,
            callout,
            { type: 'blinded', position, sensors: sensorIds.length },
            { at: await clock.read(tx), draw, policyOf },
          );
        },
      });
      await tellParked(VISIBILITIES);
      return passed;
    },
  };
}

async function lastPolicy(tx: Kysely<Database>, siteId: string): Promise<CalloutPolicy | undefined> {
  const rows = tx.selectFrom('callout').select('policy').where('site_id', '=', siteId);
  const row = await rows.orderBy('opened_at', 'desc').limit(1).executeTakeFirst();
  return row && (row.policy as CalloutPolicy);
}
