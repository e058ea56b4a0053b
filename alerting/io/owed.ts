import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Owed } from '../neglect.ts';
import { owedLeaving } from './owed-leaving.ts';
import { LOG_OF } from './log-desk.ts';

/** More of a kind than that are as bad as so many. */
const AT_MOST = 500;

/** When the rows of a log were written. */
const WRITTEN = {
  level_change: 'recorded_at',
  visibility_change: 'at',
  report_change: 'recorded_at',
  late_exceedance: 'recorded_at',
} as const;

/** Reads what is owed. Through partial indexes alone: what is over, however much, costs nothing. */
export async function owed(db: Kysely<Database>, now: Instant): Promise<Owed> {
  const callouts = await openCallouts(db, now).execute();
  const left = [await leftAttempts(db, 'to call', now).execute(), await leftAttempts(db, 'to hang up', now).execute()];
  const unread = await Promise.all(Object.entries(LOG_OF).map(([reader, log]) => firstUnread(db, reader, log)));
  return {
    callouts: callouts.map(({ id, site_id, phase, due_at, worked_on }) => ({
      id,
      siteId: site_id,
      phase,
      dueAt: due_at === null ? null : instant(due_at.getTime()),
      isWorkedOn: worked_on,
    })),
    attempts: left.flat().map(({ id, site_id, due_at }) => ({ id, siteId: site_id, dueAt: instant(due_at.getTime()) })),
    ...(await owedLeaving(db, now)),
    unread: unread.flat(),
  };
}

// Stand apart from their execution so that a test can have them explained.

export const openCallouts = (db: Kysely<Database>, now: Instant) =>
  db
    .selectFrom('callout')
    .select(['id', 'site_id', 'due_at', sql<string | null>`state->>'phase'`.as('phase')])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('attempt')
            .select('attempt.id')
            .whereRef('attempt.callout_id', '=', 'callout.id')
            .where(sql<boolean>`attempt.status in ('queued', 'claimed')`)
            .where('attempt.lease_until', '>', new Date(now)),
        )
        .$castTo<boolean>()
        .as('worked_on'),
    )
    .where('ended_at', 'is', null)
    // Nobody is woken for a drill that sleeps.
    .where('drill', '=', false)
    .limit(AT_MOST);

/** Attempts that are due and held by nobody; each of the two has an index of its own. */
export const leftAttempts = (db: Kysely<Database>, what: 'to call' | 'to hang up', now: Instant) =>
  db
    .selectFrom('attempt')
    .select(['id', 'site_id', 'due_at'])
    .where(what === 'to call' ? sql<boolean>`status in ('queued', 'claimed')` : sql<boolean>`status = 'cancelling'`)
    .where('due_at', '<=', new Date(now))
    .where('drill', '=', false)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', new Date(now))]))
    .limit(AT_MOST);

async function firstUnread(db: Kysely<Database>, reader: string, log: keyof typeof WRITTEN): Promise<Owed['unread']> {
  const { rows } = await sql<{ position: number; site_id: string; at: Date }>`
    select position, site_id, ${sql.ref(WRITTEN[log])} as at from ${sql.table(log)}
    where position > coalesce((select position from log_position where reader = ${reader}), 0)
    order by position limit 1`.execute(db);
  return rows.map((row) => ({
    log,
    position: row.position,
    siteId: row.site_id,
    at: instant(row.at.getTime()),
  }));
}
