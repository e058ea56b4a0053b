import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { DAY } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

/** A call that was answered longer ago proves nothing of today's numbers and carriers. */
const PROVED_FOR_MS = 90 * DAY;

/**
 * When a real call was last answered at a site, by its key: in a callout or to prove a number. Of the last 90 days; null:
 * none. Calls of a carrier that calls nobody, or has not said whether it does, prove nothing.
 */
export async function callProvedAt(db: Kysely<Database>, siteId: string, now: Instant): Promise<number | null> {
  const since = new Date(now - PROVED_FOR_MS);
  const { rows } = await sql<{ at: Date | null }>`
    select greatest(
      (select max(ended_at) from attempt
        where site_id = ${siteId} and medium = 'voice' and outcome = 'confirmed' and simulated = false and ended_at >= ${since}),
      (select max(ended_at) from proof_call
        where site_id = ${siteId} and medium = 'voice' and outcome = 'confirmed' and ended_at >= ${since}
          and exists (
            select from carrier_status
            where carrier_status.carrier = split_part(proof_call.carrier_ref, ' ', 1) and carrier_status.simulated = false
          ))
    ) as at`.execute(db);
  return rows[0]?.at?.getTime() ?? null;
}
