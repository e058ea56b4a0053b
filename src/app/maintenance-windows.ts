import type { Kysely } from 'kysely';
import type { MaintenanceWindow } from '../../ingest/sensor-memory.ts';
import { FOREVER } from '../../rules/visibility.ts';
import { pointsBehind } from '../contract/site-facts.ts';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { channelsOf, sensorsOf } from './site-model.ts';
import type { LoadedSite } from './site-model.ts';

/** The windows of all points, as the database had them at one revision. */
export interface MaintenanceWindows {
  readonly revision: number;
  /** Of the sensor's or channel's own point, in order. */
  of(sensorId: number): readonly MaintenanceWindow[];
  /** Until when the sensor's silence means nothing: work on its point, or on one that it is derived from. */
  restsUntil(sensorId: number): Instant | undefined;
}

const NO_WINDOWS: readonly MaintenanceWindow[] = [];

/** Loads every window of some sites: a backlog from within one may arrive long after. */
export async function loadMaintenance(
  db: Kysely<Database>,
  partition: string,
  sites: readonly LoadedSite[],
): Promise<MaintenanceWindows> {
  // Before the windows: what is added in between is only found out to be known a second time.
  const lease = await db
    .selectFrom('engine_lease')
    .select('maintenance_revision')
    .where('partition', '=', partition)
    .executeTakeFirst();
  const rows = await db
    .selectFrom('maintenance')
    .select(['site_id', 'point', 'from_at', 'until_at', 'ended_at'])
    .orderBy('from_at')
    .execute();
  const byPoint = Map.groupBy(rows, ({ site_id, point }) => pointKey(site_id, point));
  const windowsOf = (siteId: string, point: string): readonly MaintenanceWindow[] =>
    byPoint.get(pointKey(siteId, point))?.map(windowOf) ?? NO_WINDOWS;

  const own = new Map<number, readonly MaintenanceWindow[]>();
  const rests = new Map<number, Instant>();
  for (const site of sites) {
    for (const { id, siteId, point } of [...channelsOf(site), ...sensorsOf(site)]) {
      const windows = windowsOf(siteId, point);
      if (windows.length > 0) own.set(id, windows);
    }
    for (const { id, siteId, code, state } of sensorsOf(site)) {
      const ends = pointsBehind(site.config, code).flatMap((point) =>
        windowsOf(siteId, point).map(({ until }) => until),
      );
      if (state === 'retired') rests.set(id, FOREVER);
      else if (ends.length > 0) rests.set(id, instant(Math.max(...ends)));
    }
  }
  return {
    revision: lease?.maintenance_revision ?? 0,
    of: (id) => own.get(id) ?? NO_WINDOWS,
    restsUntil: (id) => rests.get(id),
  };
}

const pointKey = (siteId: string, point: string): string => `${siteId}/${point}`;

const windowOf = ({ from_at, until_at, ended_at }: { from_at: Date; until_at: Date; ended_at: Date | null }) => ({
  from: instant(from_at.getTime()),
  until: instant((ended_at ?? until_at).getTime()),
});

/** The points of a site that are being worked on. */
export async function pointsInMaintenance(
  db: Kysely<Database>,
  siteId: string,
  now: Instant,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('maintenance')
    .select('point')
    .where('site_id', '=', siteId)
    .where('until_at', '>', new Date(now))
    .where('ended_at', 'is', null)
    .execute();
  return new Set(rows.map(({ point }) => point));
}
