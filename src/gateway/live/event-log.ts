import type { Kysely } from 'kysely';
import type { Cursor, LiveEvent } from '../../contract/live.ts';
import type { Level, WarningLevel } from '../../core/level.ts';
import type { ReportSubject, ReportWords } from '../../core/report.ts';
import type { Visibility } from '../../core/visibility.ts';
import type { Database } from '../../platform/database.ts';
import { newestPosition, rowsOf } from '../../platform/position-log.ts';
import type { Stretch } from '../../platform/position-log.ts';

/** A log as the contract names it. */
export type Log = LiveEvent['log'];
export const LIVE_LOGS = [
  'levelChange',
  'visibilityChange',
  'calloutEvent',
  'lateExceedance',
  'reportChange',
] as const satisfies readonly Log[];

/** A position of every log, one after another: where each stands, by what is asked of it. */
export async function cursorBy(positionOf: (log: Log) => number | Promise<number>): Promise<Cursor> {
  return {
    levelChange: await positionOf('levelChange'),
    visibilityChange: await positionOf('visibilityChange'),
    calloutEvent: await positionOf('calloutEvent'),
    lateExceedance: await positionOf('lateExceedance'),
    reportChange: await positionOf('reportChange'),
  };
}

const TABLE = {
  levelChange: 'level_change',
  visibilityChange: 'visibility_change',
  calloutEvent: 'callout_event',
  lateExceedance: 'late_exceedance',
  reportChange: 'report_change',
} as const;

/** Newest position of each log, 0 for an empty one. */
export const cursorOf = (db: Kysely<Database>): Promise<Cursor> => cursorBy((log) => newestPosition(db, TABLE[log]));

/** A stretch of a log, in its order. */
export async function readLog(db: Kysely<Database>, log: Log, stretch: Stretch): Promise<LiveEvent[]> {
  switch (log) {
    case 'levelChange':
      return (await rowsOf(db, 'level_change', stretch)).map((row) => ({
        log,
        position: row.position,
        siteId: row.site_id,
        target: row.target,
        sensorId: row.sensor_id,
        from: row.from_level as Level,
        to: row.to_level as Level,
        observedAt: row.observed_at.getTime(),
        cause: row.cause,
        value: row.value,
        limit: row.limit_value,
        verified: row.verified,
        guarded: row.guarded,
      }));
    case 'visibilityChange':
      return (await rowsOf(db, 'visibility_change', stretch)).map((row) => ({
        log,
        position: row.position,
        siteId: row.site_id,
        sensorIds: row.sensor_ids,
        visibility: row.visibility as Visibility,
        cause: row.cause,
        line: row.line,
        at: row.at.getTime(),
      }));
    case 'calloutEvent':
      return (await rowsOf(db, 'callout_event', stretch)).map((row) => ({
        log,
        position: row.position,
        siteId: row.site_id,
        calloutId: row.callout_id,
        type: row.type,
        at: row.at.getTime(),
        facts: row.facts,
      }));
    case 'lateExceedance':
      return (await rowsOf(db, 'late_exceedance', stretch)).map((row) => ({
        log,
        position: row.position,
        siteId: row.site_id,
        target: row.target,
        sensorId: row.sensor_id,
        level: row.level as WarningLevel,
        standing: row.standing as Level,
        observedAt: row.observed_at.getTime(),
        receivedAt: row.received_at.getTime(),
        value: row.value,
        limit: row.limit_value,
      }));
    case 'reportChange':
      return (await rowsOf(db, 'report_change', stretch)).map((row) => ({
        log,
        position: row.position,
        siteId: row.site_id,
        subject: row.subject as ReportSubject,
        key: row.key,
        from: row.from_level as Level,
        to: row.to_level as Level,
        words: row.words as ReportWords,
        at: row.recorded_at.getTime(),
        who: row.who,
      }));
  }
}
