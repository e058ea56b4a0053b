import type { NewPerson, RolesOfPerson } from '../contract/people.ts';
import { AppError } from '../core/errors.ts';
import { hashed, insertAccount, setPassword } from './accounts.ts';
import { siteOfGrants } from './administration.ts';
import type { Administration, Change, Changer } from './administration.ts';
import { setGrants } from './grants.ts';
import { expectMayGive, expectOthersGrants, expectRole, managedAccount, managedGroup } from './managed.ts';
import type { ManagedAccount } from './managed.ts';
import { removeSecondFactor } from './second-factor.ts';

/**
 * What administrators do about accounts. Each throws `account/not-found` for one that holds a role at a site which the
 * changer does not administer: who could reset its password would have its roles.
 */
export function accountDesk(change: Administration) {
  /** A change of an account that is not the changer's own: for that there is a page that asks for the password. */
  const ofAnother = <T>(
    by: Changer,
    accountId: string,
    work: (change: Change, account: ManagedAccount) => Promise<Told<T>>,
  ): Promise<T> =>
    change(by, async (present) => {
      const account = await managedAccount(present, accountId);
      if (present.accountId === account.id)
        throw new AppError('account/own', 'another administrator has to do this to your own account');
      const { action, facts = {}, ...done } = await work(present, account);
      const audit = { action, ...siteOfGrants(account.effective), facts: { account: account.name, ...facts } };
      return { ...done, audit };
    });

  return {
    /** Throws `account/exists`, `account/without-role`, `access/denied`, `group/not-found`, `site/not-found`. */
    create: async (by: Changer, { name, grants, groupIds }: NewPerson) => {
      const first = await hashed(null);
      return change(by, async (present) => {
        await expectMayGive(present, grants);
        const groups = await groupsNamed(present, groupIds);
        const id = await insertAccount(present.tx, { name, grants, first }, present.now);
        await setGroups(present, id, groupIds);
        await expectRole(present, { id, name });
        const { effective } = await managedAccount(present, id);
        const facts = { account: name, grants, groups };
        return {
          answer: { accountId: id, password: first.password },
          audit: { action: 'account/made', ...siteOfGrants(effective), facts },
        };
      });
    },

    /** Makes these its roles and its groups, and no others. Throws `account/own-grants` besides what `create` throws. */
    setRoles: (by: Changer, accountId: string, { grants, groupIds }: RolesOfPerson) =>
      change(by, async (present) => {
        const account = await managedAccount(present, accountId);
        expectOthersGrants(present, [accountId]);
        await expectMayGive(present, grants);
        const groups = await groupsNamed(present, groupIds);
        await setGrants(present.tx, { accountId }, grants);
        await setGroups(present, accountId, groupIds);
        await expectRole(present, account);
        const { effective } = await managedAccount(present, accountId);
        const facts = { account: account.name, before: account.effective, after: effective, groups };
        const site = siteOfGrants([...account.effective, ...effective]);
        return { answer: undefined, audit: { action: 'account/roles-changed', ...site, facts } };
      }),

    /** Ends its sessions; nobody signs in to it until it is let in again. One that is shut out stays so since then. */
    disable: (by: Changer, accountId: string) =>
      ofAnother(by, accountId, async (present, { disabledAt }) => {
        await set(present, accountId, { disabled_at: disabledAt ?? new Date(present.now) });
        return { answer: undefined, action: 'account/disabled', ended: await endSessions(present, accountId) };
      }),

    enable: (by: Changer, accountId: string) =>
      ofAnother(by, accountId, async (present) => {
        await set(present, accountId, { disabled_at: null });
        return { answer: undefined, action: 'account/enabled' };
      }),

    /** Returns a first password, which has to be changed; ends its sessions. */
    resetPassword: async (by: Changer, accountId: string) => {
      const first = await hashed(null);
      return ofAnother(by, accountId, async (present) => {
        await setPassword(present.tx, accountId, first);
        const ended = await endSessions(present, accountId);
        return { answer: first.password, action: 'account/password-reset', ended };
      });
    },

    /** For who lost the telephone and the recovery codes; ends its sessions. */
    resetSecondFactor: (by: Changer, accountId: string) =>
      ofAnother(by, accountId, async (present) => {
        await removeSecondFactor(present.tx, accountId);
        const ended = await endSessions(present, accountId);
        return { answer: undefined, action: 'account/second-factor-reset', ended };
      }),

    endSessions: (by: Changer, accountId: string) =>
      ofAnother(by, accountId, async (present) => {
        const ended = await endSessions(present, accountId);
        return { answer: undefined, action: 'account/sessions-ended', facts: { sessions: ended.length }, ended };
      }),

    /** Who it is at the OpenID provider; ends its sessions. Throws `account/identity-taken`. */
    setIdentity: (by: Changer, accountId: string, identity: string | null) =>
      ofAnother(by, accountId, async (present, { identity: before }) => {
        if (identity !== null) await expectFree(present, identity, accountId);
        await set(present, accountId, { identity });
        const ended = await endSessions(present, accountId);
        return { answer: undefined, action: 'account/identity-changed', facts: { before, after: identity }, ended };
      }),
  };
}
export type AccountDesk = ReturnType<typeof accountDesk>;

interface Told<T> {
  readonly answer: T;
  readonly action: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly ended?: readonly string[];
}

const set = (
  { tx }: Change,
  accountId: string,
  to: { readonly disabled_at?: Date | null; readonly identity?: string | null },
) => tx.updateTable('account').set(to).where('id', '=', accountId).execute();

/** After the account's row was changed: a sign-in with what it was before sees the change, or is ended here. */
async function endSessions({ tx }: Change, accountId: string): Promise<readonly string[]> {
  const ended = await tx.deleteFrom('session').where('account_id', '=', accountId).returning('id').execute();
  return ended.map(({ id }) => id);
}

async function expectFree({ tx }: Change, identity: string, accountId: string): Promise<void> {
  const taken = await tx
    .selectFrom('account')
    .select('id')
    .where('identity', '=', identity)
    .where('id', '<>', accountId)
    .executeTakeFirst();
  if (taken !== undefined)
    throw new AppError('account/identity-taken', 'another account is this identity', { field: 'identity' });
}

/** Their names, for the audit; each has to be the changer's to administer. */
async function groupsNamed(change: Change, groupIds: readonly string[]): Promise<readonly string[]> {
  const names: string[] = [];
  for (const groupId of new Set(groupIds)) names.push((await managedGroup(change, groupId, 'groupIds')).name);
  return names;
}

async function setGroups({ tx }: Change, accountId: string, groupIds: readonly string[]): Promise<void> {
  await tx.deleteFrom('group_member').where('account_id', '=', accountId).execute();
  const members = [...new Set(groupIds)].map((groupId) => ({ group_id: groupId, account_id: accountId }));
  if (members.length > 0) await tx.insertInto('group_member').values(members).execute();
}
