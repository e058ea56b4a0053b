import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Kysely, RawBuilder } from 'kysely';
import type { Digest, Link } from '../core/audit-chain.ts';
import type { Database } from './database.ts';

/**
 * The text of a row of the audit that its hash is made of: the same as in migration 0011, written out here, so that a
 * function replaced in the database deceives nobody who verifies.
 */
const TEXT: RawBuilder<string> = sql`jsonb_build_array(
  id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), who, action, site_id, facts)::text`;

/** SHA-256 of the hash before, as bytes, and the text in UTF-8. */
export const digest: Digest = (prev, text) =>
  createHash('sha256').update(Buffer.from(prev, 'hex')).update(text, 'utf8').digest('hex');

/** A link, and what is needed of it beyond the chain. */
export interface AuditLink extends Link {
  readonly action: string;
  readonly facts: unknown;
}

/** The next rows after `after`, in order, at most `limit`; null: from whatever is first. */
export async function linksAfter(db: Kysely<Database>, after: number | null, limit: number): Promise<AuditLink[]> {
  const { rows } = await sql<AuditLink>`
    select id, encode(prev_hash, 'hex') as prev, encode(hash, 'hex') as hash, ${TEXT} as text, action, facts
    from audit where ${after === null ? sql`true` : sql`id > ${after}`} order by id limit ${limit}`.execute(db);
  return rows;
}
