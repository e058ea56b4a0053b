import type { Kysely } from 'kysely';
import type { AuditPage, AuditQuery } from '../../contract/audit.ts';
import type { Database } from '../../platform/database.ts';

/** Rows of the audit, the newest first: those of one site, or all with those of none. */
export async function auditPage(
  db: Kysely<Database>,
  siteId: string | null,
  { before, limit }: AuditQuery,
): Promise<AuditPage> {
  const rows = await db
    .selectFrom('audit')
    .select(['id', 'at', 'who', 'action', 'site_id', 'facts', 'hash'])
    .$if(siteId !== null, (query) => query.where('site_id', '=', siteId))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 0))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return {
    rows: rows.slice(0, limit).map(({ at, site_id, hash, ...row }) => ({
      ...row,
      at: at.getTime(),
      siteId: site_id,
      hash: hash.toString('hex'),
    })),
    more: rows.length > limit,
  };
}
