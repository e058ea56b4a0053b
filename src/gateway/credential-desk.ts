import { randomUUID } from 'node:crypto';
import type { NewCredential } from '../contract/people.ts';
import { mayAt, mayEverywhere } from '../core/access.ts';
import type { Access, Permission } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import { DAY, plus } from '../core/time.ts';
import { denied, expectSites } from './administration.ts';
import type { Administration, Changer } from './administration.ts';
import { TOKEN_PREFIX } from './bearer.ts';
import { digestOf, opaqueSecret } from './secret-words.ts';

/** What the secret of a screen begins with: it is told from a program's, and neither opens the other's door. */
export const KIOSK_PREFIX = 'twk_';

/** Makes and revokes what opens a door without a person. Nobody gives more than they may do themselves, at any of its sites. */
export function credentialDesk(change: Administration) {
  return {
    /** Returns its secret, which is kept nowhere. Throws `access/denied`, `site/not-found`. */
    make: (by: Changer, wanted: NewCredential) =>
      change(by, async (present) => {
        const { kind, name, siteIds, days } = wanted;
        const scopes = wanted.kind === 'token' ? [...new Set(wanted.scopes)] : [];
        const given: readonly Permission[] = kind === 'token' ? scopes : ['site/see'];
        for (const permission of ['credential/manage', ...given] as const)
          if (!mayAtAll(present.access, permission, siteIds)) throw denied();
        await expectSites(present, siteIds, 'siteIds');
        const id = randomUUID();
        const secret = `${kind === 'token' ? TOKEN_PREFIX : KIOSK_PREFIX}${opaqueSecret()}`;
        const expiresAt = days === null ? null : plus(present.now, days * DAY);
        await present.tx
          .insertInto('credential')
          .values({
            id,
            kind,
            name,
            secret_hash: digestOf(secret),
            scopes,
            site_ids: siteIds === null ? null : [...new Set(siteIds)],
            created_by: by.who,
            created_at: new Date(present.now),
            expires_at: expiresAt === null ? null : new Date(expiresAt),
            last_used_at: null,
            revoked_at: null,
            revoked_by: null,
          })
          .execute();
        const facts = { credential: id, kind, name, scopes, siteIds, expiresAt };
        const audit = { action: 'credential/made', ...onlySite(siteIds), facts };
        return { answer: { credentialId: id, secret }, audit };
      }),

    /** It opens nothing from now on; the screens it signed in are signed out. Throws `credential/not-found`. */
    revoke: (by: Changer, credentialId: string) =>
      change(by, async (present) => {
        const { tx, now, access } = present;
        const row = await tx.selectFrom('credential').selectAll().where('id', '=', credentialId).executeTakeFirst();
        if (row === undefined || !mayAtAll(access, 'credential/manage', row.site_ids))
          throw new AppError('credential/not-found', 'there is no such credential');
        await tx
          .updateTable('credential')
          .set({ revoked_at: new Date(now), revoked_by: by.who })
          .where('id', '=', credentialId)
          .where('revoked_at', 'is', null)
          .execute();
        const ended = await tx
          .deleteFrom('session')
          .where('credential_id', '=', credentialId)
          .returning('id')
          .execute();
        const facts = { credential: credentialId, kind: row.kind, name: row.name, screens: ended.length };
        const audit = { action: 'credential/revoked', ...onlySite(row.site_ids), facts };
        return { answer: undefined, audit, ended: ended.map(({ id }) => id) };
      }),
  };
}
export type CredentialDesk = ReturnType<typeof credentialDesk>;

/** Whether it is allowed at each of these; null: at every site. */
export const mayAtAll = (access: Access, permission: Permission, siteIds: readonly string[] | null): boolean =>
  siteIds === null ? mayEverywhere(access, permission) : siteIds.every((siteId) => mayAt(access, permission, siteId));

const onlySite = (siteIds: readonly string[] | null): { readonly siteId?: string } => {
  const [siteId, ...others] = siteIds ?? [];
  return siteId === undefined || others.length > 0 ? {} : { siteId };
};
