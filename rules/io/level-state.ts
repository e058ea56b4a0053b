import type { QueryConfig } from 'pg';
import type { Kysely } from 'kysely';
import type { Level } from '../../src/core/level.ts';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Pending, RuleState } from '../engine.ts';
import type { Rule } from '../rule.ts';
import type { Doubt } from '../verification.ts';

/** What is kept as JSON. */
type Stored = Pending & { readonly doubt?: Doubt; readonly takenBack?: readonly Instant[] };

/** The stored state of every target of some sites, by target. A target never judged is not in it. */
export async function loadLevelStates(
  db: Kysely<Database>,
  siteIds: readonly string[],
): Promise<Map<string, RuleState>> {
  if (siteIds.length === 0) return new Map();
  const rows = await db.selectFrom('level_state').selectAll().where('site_id', 'in', siteIds).execute();
  return new Map(
    rows.map((row) => {
      const { doubt = null, takenBack, ...pending } = row.pending as Stored;
      return [
        row.target,
        {
          level: row.level as Level,
          stateVersion: row.state_version,
          doubt,
          ...(takenBack !== undefined && { takenBack }),
          guarded: row.guarded,
          pending,
          changedAt: row.changed_at === null ? null : instant(row.changed_at.getTime()),
        },
      ];
    }),
  );
}

/** The statement that stores states, one per target, for the transaction of the readings that changed them. */
export function saveLevelStates(states: readonly { readonly rule: Rule; readonly state: RuleState }[]): QueryConfig {
  return {
    name: 'save-level-states',
    text: `insert into level_state (target, site_id, sensor_id, level, state_version, pending, config_version, changed_at,
        verified, guarded)
      select target, site_id, sensor_id, level, state_version, pending::jsonb, config_version, changed_at, verified, guarded
      from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::int[], $6::text[], $7::int[], $8::timestamptz[],
          $9::bool[], $10::bool[])
        as t (target, site_id, sensor_id, level, state_version, pending, config_version, changed_at, verified, guarded)
      on conflict (target) do update set
        sensor_id = excluded.sensor_id, level = excluded.level, state_version = excluded.state_version,
        pending = excluded.pending, config_version = excluded.config_version, changed_at = excluded.changed_at,
        verified = excluded.verified, guarded = excluded.guarded`,
    values: [
      states.map(({ rule }) => rule.target),
      states.map(({ rule }) => rule.siteId),
      states.map(({ rule }) => rule.sensorId),
      states.map(({ state }) => state.level),
      states.map(({ state }) => state.stateVersion),
      states.map(({ state }) => JSON.stringify(stored(state))),
      states.map(({ rule }) => rule.configVersion),
      states.map(({ state }) => (state.changedAt === null ? null : new Date(state.changedAt))),
      states.map(({ state }) => state.doubt === null),
      states.map(({ state }) => state.guarded),
    ],
  };
}

const stored = ({ pending, doubt, takenBack }: RuleState): Stored => ({
  ...pending,
  ...(doubt !== null && { doubt }),
  ...(takenBack !== undefined && { takenBack }),
});
