import type { Kysely } from 'kysely';
import type { CarrierView } from '../../contract/http.ts';
import { MINUTE } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

/** The carrier is looked at more often than this; an older look says that nobody looks: calls may not go out. */
const STALE_MS = 2 * MINUTE;

/** What is known of the carrier that was looked at last. Nothing, or nothing of late, is not reachable. */
export async function carrierOf(db: Kysely<Database>, now: Instant): Promise<CarrierView> {
  const row = await db
    .selectFrom('carrier_status')
    .selectAll()
    .orderBy('checked_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return { simulated: null, reachable: false, detail: 'not looked at yet', page: null };
  const { simulated, reachable, detail, page, checked_at } = row;
  if (now - checked_at.getTime() > STALE_MS)
    return { simulated, reachable: false, detail: `not looked at since ${checked_at.toISOString()}`, page };
  return { simulated, reachable, detail, page };
}
