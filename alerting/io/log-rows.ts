import { WARNING_LEVELS } from '../../src/core/level.ts';
import type { Level, WarningLevel } from '../../src/core/level.ts';
import type { LevelCause, LevelChange } from '../../src/core/level-change.ts';
import type { ReportChange, ReportSubject, ReportWords } from '../../src/core/report.ts';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Visibility } from '../../src/core/visibility.ts';
import { rowsOf } from '../../src/platform/position-log.ts';
import type { Callout, ReportState, TargetState } from '../callout.ts';
import type { Tx } from './callout-book.ts';

export type LevelChangeRow = LevelChange & { readonly position: number; readonly recordedAt: Instant };

/** The first level change after a position. */
export async function nextLevelChange(tx: Tx, after: number): Promise<LevelChangeRow | undefined> {
  const [row] = await rowsOf(tx, 'level_change', { after, limit: 1 });
  return (
    row && {
      position: row.position,
      siteId: row.site_id,
      target: row.target,
      sensorId: row.sensor_id,
      stateVersion: row.state_version,
      from: row.from_level as Level,
      to: row.to_level as Level,
      observedAt: instant(row.observed_at.getTime()),
      recordedAt: instant(row.recorded_at.getTime()),
      cause: row.cause as LevelCause,
      value: row.value,
      limit: row.limit_value,
      verified: row.verified,
      guarded: row.guarded,
    }
  );
}

/**
 * Targets at which a level stood that people are called for, at a position of the log, as a callout that calls for red
 * knows them. What is unverified stands above what was verified before it, which is what counts.
 */
export async function standingLevels(tx: Tx, targets: readonly string[], upTo: number): Promise<Callout['covered']> {
  if (targets.length === 0) return {};
  const newest = await tx
    .selectFrom('level_change')
    .distinctOn('target')
    .select(['target', 'state_version', 'to_level', 'value', 'limit_value', 'guarded'])
    .where('target', 'in', targets)
    .where('verified', '=', true)
    .where('position', '<=', upTo)
    .orderBy('target')
    .orderBy('state_version', 'desc')
    .execute();
  return Object.fromEntries(
    newest.flatMap(({ target, state_version: version, to_level, value, limit_value: limit, guarded }) => {
      const level = WARNING_LEVELS.find((known) => known === to_level);
      if (level === undefined || !guarded) return [];
      const state: TargetState = { version, level, value, limit, called: level, worst: { level, value, limit } };
      return [[target, state]];
    }),
  );
}

export type ReportRow = ReportChange & { readonly position: number };

/** The first report after a position. */
export async function nextReport(tx: Tx, after: number): Promise<ReportRow | undefined> {
  const [row] = await rowsOf(tx, 'report_change', { after, limit: 1 });
  return (
    row && {
      position: row.position,
      siteId: row.site_id,
      // Written by us alone, as these.
      subject: row.subject as ReportSubject,
      key: row.key,
      from: row.from_level as Level,
      to: row.to_level as Level,
      words: row.words as ReportWords,
      at: instant(row.at.getTime()),
      who: row.who,
      facts: row.facts,
    }
  );
}

/** Reports that stood at a site, at a position of their log, as a callout that calls for red knows them. */
export async function standingReports(tx: Tx, siteId: string, upTo: number): Promise<NonNullable<Callout['reports']>> {
  const rows = await tx
    .selectFrom('report_state')
    .select(['key', 'subject', 'level', 'position', 'words'])
    .where('site_id', '=', siteId)
    .where('level', '<>', 'normal')
    .where('position', '<=', upTo)
    .execute();
  return Object.fromEntries(
    rows.map(({ key, subject, level, position, words }): [string, ReportState] => {
      const stands = level as WarningLevel;
      const known = { subject: subject as ReportSubject, words: words as ReportWords };
      return [key, { ...known, position, level: stands, called: stands, worst: stands }];
    }),
  );
}

interface VisibilityChangeRow {
  readonly position: number;
  readonly siteId: string;
  readonly sensorIds: readonly number[];
  readonly visibility: Visibility;
}

/** The first change of visibility after a position. */
export async function nextVisibilityChange(tx: Tx, after: number): Promise<VisibilityChangeRow | undefined> {
  const [row] = await rowsOf(tx, 'visibility_change', { after, limit: 1 });
  return (
    row && {
      position: row.position,
      siteId: row.site_id,
      sensorIds: row.sensor_ids,
      visibility: row.visibility as Visibility,
    }
  );
}
