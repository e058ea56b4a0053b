import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { AppError } from '../core/errors.ts';
import { HOUR } from '../core/time.ts';
import type { PatrolDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { lowerReport } from '../platform/report-log.ts';
import { loadSites } from './site-config-store.ts';

/** Who walks a little before the hour has walked that round. */
const EARLY_MS = HOUR;

/** Where rounds are signed. A round that was missed is made good by the next that is done: its report is lowered. */
export function patrolDesk({
  db,
  clock,
}: {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}): PatrolDesk {
  return {
    record: (siteId, { patrolId, seen }, who) =>
      db.transaction().execute(async (tx) => {
        const now = await clock.read(tx);
        const [site] = await loadSites(tx, [siteId]);
        if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
        if (site.config.opens?.patrols?.some(({ id }) => id === patrolId) !== true)
          throw new AppError('patrol/not-found', `the site has no round "${patrolId}"`);
        const done = { done_at: new Date(now), done_by: who, seen };
        const newest = await tx
          .selectFrom('patrol_round')
          .select('id')
          .where('site_id', '=', siteId)
          .where('patrol_id', '=', patrolId)
          .where('due_at', '<=', new Date(now + EARLY_MS))
          .where('done_at', 'is', null)
          .orderBy('due_at', 'desc')
          .limit(1)
          .forUpdate()
          .executeTakeFirst();
        const id = newest?.id ?? randomUUID();
        if (newest !== undefined) await tx.updateTable('patrol_round').set(done).where('id', '=', id).execute();
        else {
          // Between two that are due: it is on record all the same.
          const times = { due_at: new Date(now), late_at: new Date(now), missed_at: null };
          await tx
            .insertInto('patrol_round')
            .values({ id, site_id: siteId, patrol_id: patrolId, ...times, ...done })
            .execute();
        }
        const facts = { patrolId, roundId: id, seen };
        await lowerReport(tx, { siteId, key: `patrol:${patrolId}`, to: 'normal', who, facts, at: now }, now);
        await recordAudit(tx, { at: now, who, action: 'patrol/record', siteId, facts });
        return id;
      }),
  };
}
