import type { Kysely } from 'kysely';
import { CredentialView } from '../../contract/people.ts';
import type { Database } from '../../platform/database.ts';
import { mayAtAll } from '../credential-desk.ts';
import type { Session } from '../sessions.ts';

/** Kiosks and tokens whose sites whoever asks administers, newest first; those that were revoked stay on record. */
export async function credentialsView(db: Kysely<Database>, { access }: Session): Promise<CredentialView[]> {
  const rows = await db.selectFrom('credential').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
  return rows
    .filter(({ site_ids }) => mayAtAll(access, 'credential/manage', site_ids))
    .map((row) => ({
      credentialId: row.id,
      kind: CredentialView.shape.kind.parse(row.kind),
      name: row.name,
      scopes: row.scopes,
      siteIds: row.site_ids,
      createdBy: row.created_by,
      createdAt: row.created_at.getTime(),
      expiresAt: row.expires_at?.getTime() ?? null,
      lastUsedAt: row.last_used_at?.getTime() ?? null,
      revokedAt: row.revoked_at?.getTime() ?? null,
      revokedBy: row.revoked_by,
    }));
}
