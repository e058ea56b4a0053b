import { randomUUID } from 'node:crypto';
import type { LateExceedance } from '../../src/core/late-exceedance.ts';
import { isGraver } from '../../src/core/level.ts';
import type { Level, WarningLevel } from '../../src/core/level.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { rowsOf } from '../../src/platform/position-log.ts';
import type { Tx } from './callout-book.ts';

/** A backlog that says nothing for so long has ended. */
export const QUIET_MS = MINUTE;

type LateRow = LateExceedance & { readonly position: number };

/** The first late exceedance after a position. */
export async function nextLate(tx: Tx, after: number): Promise<LateRow | undefined> {
  const [row] = await rowsOf(tx, 'late_exceedance', { after, limit: 1 });
  return (
    row && {
      position: row.position,
      siteId: row.site_id,
      target: row.target,
      sensorId: row.sensor_id,
      // Written by the judge, as these.
      level: row.level as WarningLevel,
      standing: row.standing as Level,
      observedAt: instant(row.observed_at.getTime()),
      receivedAt: instant(row.received_at.getTime()),
      value: row.value,
      limit: row.limit_value,
    }
  );
}

/** Keeps a late exceedance until its backlog has ended: one open episode a target, with the gravest of it. */
export async function lateArrived(tx: Tx, row: LateRow, now: Instant): Promise<void> {
  const { siteId, target, sensorId, level, value, limit, observedAt } = row;
  const open = await tx
    .selectFrom('late_episode')
    .select(['id', 'level', 'first_at'])
    .where('target', '=', target)
    .where('looked_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  const gravestOf = { level, value, limit_value: limit, observed_at: new Date(observedAt) };
  const due_at = new Date(now + QUIET_MS);
  if (open === undefined) {
    const first = { first_at: new Date(observedAt), begun_at: new Date(now), due_at, looked_at: null, outcome: null };
    await tx
      .insertInto('late_episode')
      .values({ id: randomUUID(), site_id: siteId, target, sensor_id: sensorId, ...gravestOf, ...first })
      .execute();
    return;
  }
  const first_at = new Date(Math.min(open.first_at.getTime(), observedAt));
  const worse = isGraver(level, open.level as Level) ? gravestOf : {};
  await tx
    .updateTable('late_episode')
    .set({ ...worse, first_at, due_at })
    .where('id', '=', open.id)
    .execute();
}
