import type { QueryConfig } from 'pg';
import type { Kysely } from 'kysely';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Visibility } from '../../src/core/visibility.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Sight } from '../visibility.ts';

/** The stored visibility of every sensor of some sites, by sensor id. A sensor that never changed is not in it: it is seen. */
export async function loadVisibilityStates(
  db: Kysely<Database>,
  siteIds: readonly string[],
): Promise<Map<number, { readonly visibility: Visibility; readonly since: Instant }>> {
  if (siteIds.length === 0) return new Map();
  const rows = await db.selectFrom('visibility_state').selectAll().where('site_id', 'in', siteIds).execute();
  return new Map(
    rows.map((row) => [
      row.sensor_id,
      { visibility: row.visibility as Visibility, since: instant(row.since.getTime()) },
    ]),
  );
}

/** The statement that stores sights whose visibility changed, one per sensor, beside the log row that says so. */
export function saveVisibilityStates(sights: readonly Sight[]): QueryConfig {
  return {
    name: 'save-visibility-states',
    text: `insert into visibility_state (sensor_id, site_id, visibility, since)
      select * from unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[])
      on conflict (sensor_id) do update set visibility = excluded.visibility, since = excluded.since`,
    values: [
      sights.map((sight) => sight.sensorId),
      sights.map((sight) => sight.siteId),
      sights.map((sight) => sight.visibility),
      sights.map((sight) => new Date(sight.since ?? 0)),
    ],
  };
}
