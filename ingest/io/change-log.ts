import type { QueryConfig } from 'pg';
import type { LateExceedance } from '../../src/core/late-exceedance.ts';
import type { LevelChange } from '../../src/core/level-change.ts';
import type { Instant } from '../../src/core/time.ts';
import type { VisibilityChange } from '../../src/core/visibility.ts';
import { lockLogSql } from '../../src/platform/position-log.ts';
import type { Verdict } from './judge-port.ts';

/**
 * The statements that append a verdict's changes to their logs, each log taken first so that positions are in the
 * order of commits. They come last in the transaction: a taken log is not held longer than it must be.
 */
export function appendChanges(verdict: Verdict, now: Instant): QueryConfig[] {
  const statements: QueryConfig[] = [];
  if (verdict.levelChanges.length > 0) {
    statements.push({ text: lockLogSql('level_change') }, appendLevelChanges(verdict.levelChanges, now), WAKE_LEVEL);
  }
  if (verdict.visibilityChanges.length > 0) {
    statements.push({ text: lockLogSql('visibility_change') });
    statements.push(...verdict.visibilityChanges.map(appendVisibilityChange), WAKE_VISIBILITY);
  }
  if (verdict.lateExceedances.length > 0) {
    statements.push({ text: lockLogSql('late_exceedance') });
    statements.push(...verdict.lateExceedances.map((late) => appendLateExceedance(late, now)), WAKE_LATE);
  }
  return statements;
}

const WAKE_LEVEL: QueryConfig = { text: 'notify level_change' };
const WAKE_VISIBILITY: QueryConfig = { text: 'notify visibility_change' };
const WAKE_LATE: QueryConfig = { text: 'notify late_exceedance' };

/** Positions follow the order of the list. */
const appendLevelChanges = (changes: readonly LevelChange[], now: Instant): QueryConfig => ({
  name: 'append-level-changes',
  text: `insert into level_change (site_id, target, sensor_id, state_version, from_level, to_level,
      observed_at, recorded_at, cause, value, limit_value, verified, guarded)
    select site_id, target, sensor_id, state_version, from_level, to_level,
      observed_at, $13, cause, value, limit_value, verified, guarded
    from unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
        $9::float8[], $10::float8[], $11::bool[], $12::bool[]) with ordinality
      as t (site_id, target, sensor_id, state_version, from_level, to_level, observed_at, cause, value, limit_value,
        verified, guarded, place)
    order by place`,
  values: [
    changes.map((change) => change.siteId),
    changes.map((change) => change.target),
    changes.map((change) => change.sensorId),
    changes.map((change) => change.stateVersion),
    changes.map((change) => change.from),
    changes.map((change) => change.to),
    changes.map((change) => new Date(change.observedAt)),
    changes.map((change) => change.cause),
    changes.map((change) => change.value),
    changes.map((change) => change.limit),
    changes.map((change) => change.verified),
    changes.map((change) => change.guarded),
    new Date(now),
  ],
});

const appendVisibilityChange = (change: VisibilityChange): QueryConfig => ({
  name: 'append-visibility-change',
  text: `insert into visibility_change (site_id, sensor_ids, visibility, cause, at, line) values ($1, $2, $3, $4, $5, $6)`,
  values: [change.siteId, change.sensorIds, change.visibility, change.cause, new Date(change.at), change.line ?? null],
});

const appendLateExceedance = (late: LateExceedance, now: Instant): QueryConfig => ({
  name: 'append-late-exceedance',
  text: `insert into late_exceedance (site_id, target, sensor_id, level, standing, observed_at, received_at, recorded_at,
      value, limit_value) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
  values: [
    late.siteId,
    late.target,
    late.sensorId,
    late.level,
    late.standing,
    new Date(late.observedAt),
    new Date(late.receivedAt),
    new Date(now),
    late.value,
    late.limit,
  ],
});
