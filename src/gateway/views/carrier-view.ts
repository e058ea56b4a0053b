import type { Kysely } from 'kysely';
import type { CarrierView, ConnectionsView } from '../../contract/http.ts';
import { MINUTE } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

/** The carrier is looked at more often than this; an older look says that nobody looks: calls may not go out. */
const STALE_MS = 2 * MINUTE;

/**
 * What is known of the carriers of calls, as of one: it can be reached when one of them can, and what is wrong with any is
 * in its detail. Nothing, or nothing of late, is not reachable.
 */
export async function carrierOf(db: Kysely<Database>, now: Instant): Promise<CarrierView> {
  const rows = await seenOf(db, now);
  const voices = rows.filter(({ media }) => media.includes('voice'));
  const seen = voices.length > 0 ? voices : rows;
  const best = seen.find(({ reachable }) => reachable) ?? seen[0];
  if (best === undefined) return { simulated: null, reachable: false, detail: 'not looked at yet', page: null };
  const { simulated, reachable, page } = best;
  const failing = seen.filter((row) => !row.reachable);
  const told = failing.length === 0 || seen.length === 1 ? [best] : failing;
  const detail = told.map((row) => (seen.length === 1 ? row.detail : `${row.carrier}: ${row.detail}`)).join('; ');
  return { simulated, reachable, detail, page };
}

/** Each of them, in the order in which they are asked. */
export async function carriersOf(db: Kysely<Database>, now: Instant): Promise<ConnectionsView['carriers']> {
  const seen = await seenOf(db, now);
  return seen
    .filter(({ media }) => media.length > 0)
    .map(
      ({
        carrier,
        kind,
        media,
        no_template,
        reachable,
        simulated,
        detail,
        balance,
        failing_since,
        faults,
        tested_at,
      }) => ({
        name: carrier,
        kind,
        // Written by alerting, as this type.
        media: media as ConnectionsView['carriers'][number]['media'],
        // As this one.
        noTemplate: no_template as ConnectionsView['carriers'][number]['noTemplate'],
        reachable,
        simulated,
        detail,
        balance,
        failingSince: failing_since?.getTime() ?? null,
        faults,
        testedAt: tested_at?.getTime() ?? null,
      }),
    );
}

async function seenOf(db: Kysely<Database>, now: Instant) {
  const rows = await db.selectFrom('carrier_status').selectAll().orderBy('rank').execute();
  return rows.map((row) => {
    const isStale = now - row.checked_at.getTime() > STALE_MS;
    const detail = isStale ? `not looked at since ${row.checked_at.toISOString()}` : row.detail;
    return { ...row, reachable: row.reachable && !isStale, detail };
  });
}
