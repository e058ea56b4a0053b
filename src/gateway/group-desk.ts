import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ChangedGroup, NewGroup } from '../contract/people.ts';
import { mayManage } from '../core/access.ts';
import type { Grant } from '../core/access.ts';
import { AppError } from '../core/errors.ts';
import { denied, siteOfGrants } from './administration.ts';
import type { Administration, Change, Changer } from './administration.ts';
import { grantsOf, setGrants } from './grants.ts';
import { expectMayGive, expectOthersGrants, expectRole, managedAccount, managedGroup } from './managed.ts';

interface Member {
  readonly id: string;
  readonly name: string;
}

/**
 * What administrators do about groups. Whoever's roles change by it has to be the changer's to administer, and must not
 * be the changer: a group is no way around either.
 */
export function groupDesk(change: Administration) {
  return {
    /** Throws `group/exists`, `access/denied`, `site/not-found`. */
    create: (by: Changer, { name, grants }: NewGroup) =>
      change(by, async (present) => {
        await expectMayGive(present, grants);
        const id = randomUUID();
        await expectNameFree(present, name, id);
        await present.tx
          .insertInto('account_group')
          .values({ id, name, created_at: new Date(present.now) })
          .execute();
        await setGrants(present.tx, { groupId: id }, grants);
        const audit = { action: 'group/made', ...siteOfGrants(grants), facts: { group: name, grants } };
        return { answer: id, audit };
      }),

    /** Makes these its name, roles and members, and no others. Throws `group/not-found`, `account/own-grants`, `account/without-role` too. */
    change: (by: Changer, groupId: string, { name, grants, memberIds }: ChangedGroup) =>
      change(by, async (present) => {
        const group = await managedGroup(present, groupId);
        await expectMayGive(present, grants);
        await expectNameFree(present, name, groupId);
        const before = await membersOf(present, groupId);
        const affected = affectedBy(before, memberIds, !areSame(group.grants, grants));
        await expectManaged(present, before, affected);
        expectOthersGrants(present, affected);
        await present.tx.updateTable('account_group').set({ name }).where('id', '=', groupId).execute();
        await setGrants(present.tx, { groupId }, grants);
        await setMembers(present, groupId, memberIds);
        await expectRoles(present, before);
        const facts = {
          group: name,
          before: { name: group.name, grants: group.grants, members: namesOf(before) },
          after: { name, grants, members: namesOf(await membersOf(present, groupId)) },
        };
        const site = siteOfGrants([...group.grants, ...grants]);
        return { answer: undefined, audit: { action: 'group/changed', ...site, facts } };
      }),

    /** Throws `group/not-found`, `account/own-grants`, `account/without-role`. */
    remove: (by: Changer, groupId: string) =>
      change(by, async (present) => {
        const { name, grants } = await managedGroup(present, groupId);
        const before = await membersOf(present, groupId);
        const affected = before.map(({ id }) => id);
        await expectManaged(present, before, affected);
        expectOthersGrants(present, affected);
        await setMembers(present, groupId, []);
        await setGrants(present.tx, { groupId }, []);
        await present.tx.deleteFrom('account_group').where('id', '=', groupId).execute();
        await expectRoles(present, before);
        const facts = { group: name, grants, members: namesOf(before) };
        return { answer: undefined, audit: { action: 'group/removed', ...siteOfGrants(grants), facts } };
      }),
  };
}
export type GroupDesk = ReturnType<typeof groupDesk>;

const membersOf = ({ tx }: Change, groupId: string): Promise<Member[]> =>
  tx
    .selectFrom('group_member')
    .innerJoin('account', 'account.id', 'group_member.account_id')
    .select(['account.id', 'account.name'])
    .where('group_id', '=', groupId)
    .orderBy('account.name')
    .execute();

const namesOf = (members: readonly Member[]): readonly string[] => members.map(({ name }) => name);

const areSame = (one: readonly Grant[], other: readonly Grant[]): boolean => {
  const asSet = (grants: readonly Grant[]) => new Set(grants.map(({ role, siteId }) => JSON.stringify([role, siteId])));
  return isDeepStrictEqual(asSet(one), asSet(other));
};

/** Whose roles change: all members where the group's do, else who comes and who goes. */
function affectedBy(before: readonly Member[], memberIds: readonly string[], grantsChange: boolean): readonly string[] {
  const former = before.map(({ id }) => id);
  const stays = former.filter((id) => memberIds.includes(id));
  return [...new Set([...former, ...memberIds])].filter((id) => grantsChange || !stays.includes(id));
}

/** Throws `access/denied` for a member, `account/not-found` for who is to become one. */
async function expectManaged(change: Change, before: readonly Member[], affected: readonly string[]): Promise<void> {
  for (const id of affected) {
    if (!before.some((member) => member.id === id)) await managedAccount(change, id, 'memberIds');
    else if (!mayManage(change.access, await grantsOf(change.tx, id))) throw denied();
  }
}

async function expectRoles(change: Change, before: readonly Member[]): Promise<void> {
  for (const member of before) await expectRole(change, member);
}

async function expectNameFree({ tx }: Change, name: string, groupId: string): Promise<void> {
  const taken = await tx
    .selectFrom('account_group')
    .select('id')
    .where('name', '=', name)
    .where('id', '<>', groupId)
    .executeTakeFirst();
  if (taken !== undefined) throw new AppError('group/exists', `there is already a group "${name}"`, { field: 'name' });
}

async function setMembers({ tx }: Change, groupId: string, memberIds: readonly string[]): Promise<void> {
  await tx.deleteFrom('group_member').where('group_id', '=', groupId).execute();
  const members = [...new Set(memberIds)].map((accountId) => ({ group_id: groupId, account_id: accountId }));
  if (members.length > 0) await tx.insertInto('group_member').values(members).execute();
}
