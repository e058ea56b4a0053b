import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { SECOND, instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Owed } from '../neglect.ts';
import { orderedOwed } from './order-broadcast.ts';

/** Where nothing of any broadcast began for so long, and nothing is under way, what is due is not held back by the pace. */
const STILL_MS = 15 * SECOND;
/** A callout's call that waits goes before any broadcast for so long. */
const CALLOUT_FIRST_MS = 30 * SECOND;

type Row = { id: string; site_id: string; due_at: Date | null; forgotten: number; left_at: Date | null };

/** What is owed to people who have to leave: by each real broadcast that is open, and by orders that begin one by themselves. */
export async function owedLeaving(db: Kysely<Database>, now: Instant): Promise<Pick<Owed, 'broadcasts' | 'ordered'>> {
  const { rows } = await openBroadcasts(now).execute(db);
  return {
    broadcasts: rows.map(({ id, site_id, due_at, forgotten, left_at }) => ({
      id,
      siteId: site_id,
      dueAt: due_at === null ? null : instant(due_at.getTime()),
      forgotten,
      leftAt: left_at === null ? null : instant(left_at.getTime()),
    })),
    ordered: (await orderedOwed(db)).map(({ calloutId, number, siteId, at }) => ({
      id: `${calloutId}:${String(number)}`,
      siteId,
      at,
    })),
  };
}

// Only open broadcasts are read, by their own indexes: a site has one.
const openBroadcasts = (now: Instant) => sql<Row>`
  select b.id, b.site_id,
    (select min(r.due_at) from broadcast_recipient r where r.broadcast_id = b.id) as due_at,
    (select count(*)::int from broadcast_recipient r
      where r.broadcast_id = b.id and r.standing in ('at-risk', 'en-route') and r.due_at is null
        and not exists (select from broadcast_attempt a
          where a.broadcast_id = r.broadcast_id and a.recipient = r.number and a.medium = 'voice' and a.status <> 'ended')
    ) as forgotten,
    case when ${isStill(now)} then (
      select min(a.due_at) from broadcast_attempt a
      where a.broadcast_id = b.id and a.status in ('queued', 'claimed', 'cancelling') and a.due_at <= ${new Date(now)}
        and (a.lease_until is null or a.lease_until <= ${new Date(now)})
        and not exists (select from attempt c where c.phone = a.phone and c.medium = 'voice' and c.status <> 'ended')
    ) end as left_at
  from broadcast b where b.ended_at is null and not b.drill`;

/** Neither does a call to leave run or begin, nor does a callout's call go first. */
const isStill = (now: Instant) => sql`
  not exists (select from broadcast_attempt a where a.begun_at > ${new Date(now - STILL_MS)}) and
  not exists (select from broadcast_attempt a where a.medium = 'voice'
    and (a.status in ('handed-over', 'ringing', 'answered') or a.status = 'claimed' and a.lease_until > ${new Date(now)})) and
  not exists (select from attempt c where c.status = 'queued' and c.medium = 'voice' and not c.drill
    and c.due_at <= ${new Date(now)} and c.due_at > ${new Date(now - CALLOUT_FIRST_MS)})`;
