import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { QuarantineView } from '../../contract/http.ts';
import { AppError } from '../../core/errors.ts';
import { HOUR } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

/** Refused messages are counted over this long, up to now. */
export const COUNTED_MS = 24 * HOUR;
const NEWEST = 100;
const PAYLOAD_CHARACTERS = 2_000;

interface QuarantineQuery {
  readonly now: Instant;
  /** null: of all sites, and of none. */
  readonly siteId: string | null;
  /** Also what names no site: it may have been meant for this one. */
  readonly unassigned: boolean;
}

/** What was refused: counts by reason over 24 h of what is no reading yet, and the newest 100. Throws `site/not-found`. */
export async function quarantineOf(
  db: Kysely<Database>,
  { now, siteId, unassigned }: QuarantineQuery,
): Promise<QuarantineView> {
  if (siteId !== null) await checkSite(db, siteId);
  const scoped = db
    .selectFrom('quarantine')
    .$if(siteId !== null, (query) =>
      query.where((eb) =>
        eb.or([eb('site_id', '=', siteId ?? ''), ...(unassigned ? [eb('site_id', 'is', null)] : [])]),
      ),
    );
  const counts = await scoped
    .select(['reason', (eb) => eb.fn.countAll<number>().as('count')])
    .where('received_at', '>', new Date(now - COUNTED_MS))
    .where('replayed_at', 'is', null)
    .groupBy('reason')
    .orderBy('count', 'desc')
    .orderBy('reason')
    .execute();
  const rows = await scoped
    .select(['id', 'received_at', 'site_id', 'topic', 'reason', 'detail', 'replayed_at'])
    // A payload may be large: no more than can be shown leaves the database.
    .select(sql<Buffer>`substring(payload for ${PAYLOAD_CHARACTERS * 4})`.as('payload'))
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(NEWEST)
    .execute();
  const dropped = await db.selectFrom('quarantine_dropped').select('count').executeTakeFirst();
  return {
    dropped: dropped?.count ?? 0,
    counts,
    newest: rows.map(({ id, received_at, site_id, topic, reason, detail, replayed_at, payload }) => ({
      id,
      receivedAt: received_at.getTime(),
      siteId: site_id,
      topic,
      reason,
      detail,
      replayedAt: replayed_at?.getTime() ?? null,
      payload: payload.toString('utf8').slice(0, PAYLOAD_CHARACTERS),
    })),
  };
}

async function checkSite(db: Kysely<Database>, siteId: string): Promise<void> {
  const site = await db.selectFrom('site').select('id').where('id', '=', siteId).executeTakeFirst();
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
}
