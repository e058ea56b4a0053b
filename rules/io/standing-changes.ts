import type { Kysely } from 'kysely';
import type { Level } from '../../src/core/level.ts';
import type { LevelCause, LevelChange } from '../../src/core/level-change.ts';
import { instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';

/** The newest level change of every target of some sites that stands above normal. */
export async function loadStandingChanges(db: Kysely<Database>, siteIds: readonly string[]): Promise<LevelChange[]> {
  if (siteIds.length === 0) return [];
  const rows = await db
    .selectFrom('level_state')
    .innerJoin('level_change', (join) =>
      join
        .onRef('level_change.target', '=', 'level_state.target')
        .onRef('level_change.state_version', '=', 'level_state.state_version'),
    )
    .selectAll('level_change')
    .where('level_state.site_id', 'in', siteIds)
    .where('level_state.level', '<>', 'normal')
    .execute();
  return rows.map((row) => ({
    siteId: row.site_id,
    target: row.target,
    sensorId: row.sensor_id,
    stateVersion: row.state_version,
    from: row.from_level as Level,
    to: row.to_level as Level,
    observedAt: instant(row.observed_at.getTime()),
    cause: row.cause as LevelCause,
    value: row.value,
    limit: row.limit_value,
    verified: row.verified,
    guarded: row.guarded,
  }));
}
