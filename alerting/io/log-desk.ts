import { isGraver } from '../../src/core/level.ts';
import type { Level } from '../../src/core/level.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Happening } from '../callout-event.ts';
import { isCallable } from '../ladder.ts';
import { alarmMoved } from './alarm-book.ts';
import { newCallout, openCallout, presentPolicy, record, take } from './callout-book.ts';
import type { HeldCallout, Tx } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';
import { eachAlone } from './each-alone.ts';
import { LEVELS, REPORTS, faultDesk } from './fault-desk.ts';
import { followLog, holdPosition, markTold, untoldParked } from './follow-log.ts';
import { lateArrived, nextLate } from './late-episode.ts';
import { nextLevelChange, nextReport, nextVisibilityChange } from './log-rows.ts';
import type { LevelChangeRow, ReportRow } from './log-rows.ts';

const VISIBILITIES = 'alerting/visibility_change';
const LATE = 'alerting/late_exceedance';

/** Who follows which log of the judge, and of reports. */
export const LOG_OF = {
  [LEVELS]: 'level_change',
  [VISIBILITIES]: 'visibility_change',
  [REPORTS]: 'report_change',
  [LATE]: 'late_exceedance',
} as const;
type Reader = keyof typeof LOG_OF;

/** What reads the logs of the judge. */
export function logDesk(ports: DeskPorts) {
  const { db, clock, policyOf, draw } = ports;
  const { raise, begun } = faultDesk(ports);

  async function takeLevelChange(tx: Tx, row: LevelChangeRow): Promise<void> {
    const at = await clock.read(tx);
    await alarmMoved(tx, row, at);
    const callout = (await openCallout(tx, row.siteId)) ?? (await calloutFor(tx, row));
    const { target, stateVersion, to, value, limit, verified, guarded, cause, observedAt, recordedAt } = row;
    if (callout !== undefined) {
      const source = { cause, observedAt, recordedAt };
      const happening: Happening = {
        type: 'level-changed',
        target,
        stateVersion,
        to,
        value,
        limit,
        verified,
        guarded,
        source,
      };
      await take(tx, callout, happening, { at, draw, policyOf });
    }
    if (!guarded && isGraver(to, row.from)) {
      const facts = { target, level: to, value, limit, verified };
      await record(tx, { id: null, siteId: row.siteId }, [{ type: 'engineer-told', facts }], at);
    }
  }

  /** None is open: one is begun when somebody is called for the level. */
  async function calloutFor(
    tx: Tx,
    { siteId, to, verified, guarded }: LevelChangeRow,
  ): Promise<HeldCallout | undefined> {
    if (to === 'normal' || !verified || !guarded) return undefined;
    const policy = await policyOf(siteId, tx);
    return isCallable(policy, to) ? newCallout(siteId, policy) : undefined;
  }

  async function takeReport(tx: Tx, row: ReportRow): Promise<void> {
    // Whoever opens callouts holds the position of the level log: two would clash.
    const followed = await holdPosition(tx, LEVELS);
    const at = await clock.read(tx);
    const { siteId, subject, key, from, to, words, position } = row;
    const isRaised = to !== 'normal' && !isGraver(from, to);
    const open = await openCallout(tx, siteId);
    const callout = open ?? (isRaised ? await calloutForReport(tx, siteId, to, followed) : undefined);
    if (callout === undefined) return;
    const happening: Happening = isRaised
      ? { type: 'reported', subject, key, level: to, words, position }
      : { type: 'report-lowered', key, to, position };
    await take(tx, callout, happening, { at, draw, policyOf });
  }

  /** None is open: one is begun when somebody is called for the level, and it knows of what stands. */
  async function calloutForReport(tx: Tx, siteId: string, to: Level, followed: number) {
    return isCallable(await policyOf(siteId, tx), to) ? begun(tx, siteId, followed) : undefined;
  }

  /** Raises what was parked as red, one transaction each. It reads the row's site, never the row. */
  const tellParked = async (reader: Reader): Promise<void> =>
    eachAlone(await untoldParked(db, reader), async ({ position }) => {
      const log = LOG_OF[reader];
      const row = db.selectFrom(log).select('site_id').where('position', '=', position);
      const { site_id: siteId } = await row.executeTakeFirstOrThrow();
      const mark = (tx: Tx, at: Instant) => markTold(tx, { reader, position }, at);
      await raise({ siteId, key: `${log}:${String(position)}`, mark });
    });

  return {
    async followLevelChanges(): Promise<number> {
      const passed = await followLog(db, { reader: LEVELS, next: nextLevelChange, take: takeLevelChange });
      await tellParked(LEVELS);
      return passed;
    },

    async followReports(): Promise<number> {
      const passed = await followLog(db, { reader: REPORTS, next: nextReport, take: takeReport });
      await tellParked(REPORTS);
      return passed;
    },

    async followLate(): Promise<number> {
      const passed = await followLog(db, {
        reader: LATE,
        next: nextLate,
        take: async (tx, row) => lateArrived(tx, row, await clock.read(tx)),
      });
      await tellParked(LATE);
      return passed;
    },

    async followVisibility(): Promise<number> {
      const passed = await followLog(db, {
        reader: VISIBILITIES,
        next: nextVisibilityChange,
        async take(tx, { siteId, visibility, position, sensorIds }) {
          const callout = await openCallout(tx, siteId);
          if (callout === undefined) return;
          const type = visibility === 'blind' ? 'blinded' : 'sighted';
          const at = await clock.read(tx);
          // A point may have been put in service since the callout was opened: it is watched now.
          const { commissioning = [] } = (await presentPolicy(tx, siteId, policyOf)) ?? callout.policy;
          const held = { ...callout, policy: { ...callout.policy, commissioning } };
          await take(tx, held, { type, position, sensors: sensorIds }, { at, draw, policyOf });
        },
      });
      await tellParked(VISIBILITIES);
      return passed;
    },
  };
}
