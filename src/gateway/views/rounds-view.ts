import type { Kysely } from 'kysely';
import type { RoundView } from '../../contract/patrols.ts';
import { DAY } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { configInForce } from './site-content.ts';

/** The rounds of a site from two days ago to a day ahead, the newest first. Throws `site/not-found`. */
export async function roundsOfSite(db: Kysely<Database>, siteId: string, now: Instant): Promise<RoundView[]> {
  const { patrols = [] } = (await configInForce(db, siteId)).opens ?? {};
  const rows = await db
    .selectFrom('patrol_round')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('due_at', '>', new Date(now - 2 * DAY))
    .orderBy('due_at', 'desc')
    .limit(500)
    .execute();
  return rows.map((row) => ({
    roundId: row.id,
    patrolId: row.patrol_id,
    name: patrols.find(({ id }) => id === row.patrol_id)?.name ?? { zh: row.patrol_id, en: row.patrol_id },
    dueAt: row.due_at.getTime(),
    lateAt: row.late_at.getTime(),
    missed: row.missed_at !== null,
    done: row.done_at === null ? null : { by: row.done_by ?? '', at: row.done_at.getTime(), seen: row.seen ?? '' },
  }));
}
