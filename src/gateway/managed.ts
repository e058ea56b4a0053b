import { mayManage } from '../core/access.ts';
import type { Grant } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import { denied, expectSites } from './administration.ts';
import type { Change } from './administration.ts';
import { grantOf, grantsOf } from './grants.ts';

/** An account that is being changed, as it was. */
export interface ManagedAccount {
  readonly id: string;
  readonly name: string;
  readonly disabledAt: Date | null;
  readonly identity: string | null;
  /** Its own, and those through its groups. */
  readonly effective: readonly Grant[];
}

/** Who is not administered by whoever asks is not told to be there: throws `account/not-found`. */
export async function managedAccount(change: Change, accountId: string, field?: string): Promise<ManagedAccount> {
  const row = await change.tx
    .selectFrom('account')
    .select(['id', 'name', 'disabled_at', 'identity'])
    .where('id', '=', accountId)
    .executeTakeFirst();
  const effective = await grantsOf(change.tx, accountId);
  if (row === undefined || !mayManage(change.access, effective))
    throw new AppError('account/not-found', 'there is no such account', field === undefined ? {} : { field });
  return { id: row.id, name: row.name, disabledAt: row.disabled_at, identity: row.identity, effective };
}

export interface ManagedGroup {
  readonly id: string;
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** Throws `group/not-found` where it gives roles at a site that whoever asks does not administer. */
export async function managedGroup(change: Change, groupId: string, field?: string): Promise<ManagedGroup> {
  const row = await change.tx.selectFrom('account_group').select('name').where('id', '=', groupId).executeTakeFirst();
  const rows = await change.tx
    .selectFrom('role_grant')
    .select(['role', 'site_id'])
    .where('group_id', '=', groupId)
    .orderBy('role')
    .orderBy('site_id')
    .execute();
  const grants = rows.map(grantOf);
  if (row === undefined || !mayManage(change.access, grants))
    throw new AppError('group/not-found', 'there is no such group', field === undefined ? {} : { field });
  return { id: groupId, name: row.name, grants };
}

/** Throws `access/denied` for a role at a site that whoever gives it does not administer, `site/not-found`. */
export async function expectMayGive(change: Change, grants: readonly Grant[]): Promise<void> {
  if (grants.length > 0 && !mayManage(change.access, grants)) throw denied();
  const siteIds = grants.map(({ siteId }) => siteId);
  await expectSites(change, siteIds, 'grants');
}

/** Nobody may raise themselves, and who lowers themselves by mistake needs another anyway. */
export function expectOthersGrants({ accountId }: Change, changed: readonly string[]): void {
  if (accountId !== null && changed.includes(accountId))
    throw new AppError(
      'account/own-grants',
      'another administrator has to change your own roles: two see more than one',
    );
}

/** An account without any role would be nobody's to administer. Throws `account/without-role`. */
export async function expectRole({ tx }: Change, { id, name }: Pick<ManagedAccount, 'id' | 'name'>): Promise<void> {
  if ((await grantsOf(tx, id)).length === 0)
    throw new AppError('account/without-role', `"${name}" would hold no role: shut the account out instead`);
}
