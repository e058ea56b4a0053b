import type { Kysely } from 'kysely';
import type { Cursor, LiveEvent } from '../../contract/live.ts';
import type { Level } from '../../core/level.ts';
import type { Visibility } from '../../core/visibility.ts';
import type { Database } from '../../platform/database.ts';
import { newestPosition } from '../../platform/position-log.ts';

/** A log as the contract names it. */
export type Log = LiveEvent['log'];
export const LIVE_LOGS = ['levelChange', 'visibilityChange', 'calloutEvent'] as const satisfies readonly Log[];

/** Rows of a log after one position, up to another, itself included. */
export interface Stretch {
  readonly after: number;
  /** None: to the end. */
  readonly upTo?: number;
  readonly limit: number;
}

/** Newest position of each log, 0 for an empty one. */
export async function cursorOf(db: Kysely<Database>): Promise<Cursor> {
  return {
    levelChange: await newestPosition(db, 'level_change'),
    visibilityChange: await newestPosition(db, 'visibility_change'),
    calloutEvent: await newestPosition(db, 'callout_event'),
  };
}

/** A stretch of a log, in its order. Positions may have gaps; none appears below one that was read. */
export function readLog(db: Kysely<Database>, log: Log, stretch: Stretch): Promise<LiveEvent[]> {
  switch (log) {
    case 'levelChange':
      return levelChanges(db, stretch);
    case 'visibilityChange':
      return visibilityChanges(db, stretch);
    case 'calloutEvent':
      return calloutEvents(db, stretch);
  }
}

async function levelChanges(
  db: Kysely<Database>,
  { after, upTo = Number.MAX_SAFE_INTEGER, limit }: Stretch,
): Promise<LiveEvent[]> {
  const rows = await db
    .selectFrom('level_change')
    .selectAll()
    .where('position', '>', after)
    .where('position', '<=', upTo)
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    log: 'levelChange',
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
}

async function visibilityChanges(
  db: Kysely<Database>,
  { after, upTo = Number.MAX_SAFE_INTEGER, limit }: Stretch,
): Promise<LiveEvent[]> {
  const rows = await db
    .selectFrom('visibility_change')
    .selectAll()
    .where('position', '>', after)
    .where('position', '<=', upTo)
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    log: 'visibilityChange',
    position: row.position,
    siteId: row.site_id,
    sensorIds: row.sensor_ids,
    visibility: row.visibility as Visibility,
    cause: row.cause,
    at: row.at.getTime(),
  }));
}

async function calloutEvents(
  db: Kysely<Database>,
  { after, upTo = Number.MAX_SAFE_INTEGER, limit }: Stretch,
): Promise<LiveEvent[]> {
  const rows = await db
    .selectFrom('callout_event')
    .selectAll()
    .where('position', '>', after)
    .where('position', '<=', upTo)
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    log: 'calloutEvent',
    position: row.position,
    siteId: row.site_id,
    calloutId: row.callout_id,
    type: row.type,
    at: row.at.getTime(),
    facts: row.facts,
  }));
}
