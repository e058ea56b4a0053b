import type { Kysely } from 'kysely';
import type { Grant, Role } from '../core/access.ts';
import type { Database } from '../platform/database.ts';

/** What an account was granted, itself and through its groups, in a steady order. */
export async function grantsOf(db: Kysely<Database>, accountId: string): Promise<Grant[]> {
  const rows = await db
    .selectFrom('role_grant')
    .leftJoin('group_member', 'group_member.group_id', 'role_grant.group_id')
    .select(['role', 'site_id'])
    .distinct()
    .where((eb) => eb.or([eb('role_grant.account_id', '=', accountId), eb('group_member.account_id', '=', accountId)]))
    .orderBy('role')
    .orderBy('site_id', (order) => order.asc().nullsFirst())
    .execute();
  return rows.map(grantOf);
}

/** Written by us, as a Role; the table checks it. */
export const grantOf = ({ role, site_id }: { readonly role: string; readonly site_id: string | null }): Grant => ({
  role: role as Role,
  siteId: site_id,
});

type Holder = { readonly accountId: string } | { readonly groupId: string };

/** Makes these the grants of an account, or of a group, and no others. */
export async function setGrants(db: Kysely<Database>, holder: Holder, grants: readonly Grant[]): Promise<void> {
  const [column, id] =
    'accountId' in holder ? (['account_id', holder.accountId] as const) : (['group_id', holder.groupId] as const);
  await db.deleteFrom('role_grant').where(column, '=', id).execute();
  if (grants.length === 0) return;
  await db
    .insertInto('role_grant')
    .values(
      grants.map(({ role, siteId }) => ({ account_id: null, group_id: null, [column]: id, role, site_id: siteId })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
