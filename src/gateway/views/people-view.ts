import type { Kysely } from 'kysely';
import type { PeopleView } from '../../contract/people.ts';
import { mayManage } from '../../core/access.ts';
import type { Grant } from '../../core/access.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { grantOf, grantsOf as effectiveGrantsOf } from '../grants.ts';
import type { Session } from '../sessions.ts';

/** The accounts and groups that whoever asks administers: at every site where they hold a role. */
export async function peopleView(db: Kysely<Database>, session: Session, now: Instant): Promise<PeopleView> {
  const grants = await db
    .selectFrom('role_grant')
    .select(['account_id', 'group_id', 'role', 'site_id'])
    .orderBy('role')
    .orderBy('site_id', (order) => order.asc().nullsFirst())
    .execute();
  const members = await db.selectFrom('group_member').selectAll().execute();
  const accounts = await accountsOf(db, now);
  const groups = await db.selectFrom('account_group').select(['id', 'name']).orderBy('name').execute();

  const grantsOf = (holder: 'account_id' | 'group_id'): ((id: string) => Grant[]) => {
    const held = Map.groupBy(grants, (row) => row[holder]);
    return (id) => (held.get(id) ?? []).map(grantOf);
  };
  const [ofAccount, ofGroup] = [grantsOf('account_id'), grantsOf('group_id')];
  const groupsOf = Map.groupBy(members, (row) => row.account_id);
  const membersOf = Map.groupBy(members, (row) => row.group_id);
  const groupIdsOf = (id: string): string[] => (groupsOf.get(id) ?? []).map((row) => row.group_id);

  const managed = new Set(
    accounts
      .map(({ id }) => id)
      .filter((id) => mayManage(session.access, [ofAccount(id), ...groupIdsOf(id).map(ofGroup)].flat())),
  );
  return {
    accounts: accounts
      .filter(({ id }) => managed.has(id))
      .map((row) => ({
        accountId: row.id,
        name: row.name,
        own: row.id === session.account.id,
        grants: ofAccount(row.id),
        groupIds: groupIdsOf(row.id),
        mustChangePassword: row.must_change_password,
        secondFactor: row.totp_confirmed_at !== null,
        disabledAt: row.disabled_at?.getTime() ?? null,
        identity: row.identity,
        lastSeenAt: newest(row.seen_at, row.signed_in_at),
        sessions: row.sessions,
      })),
    groups: groups
      .filter(({ id }) => mayManage(session.access, ofGroup(id)))
      .map(({ id, name }) => {
        const all = (membersOf.get(id) ?? []).map((row) => row.account_id);
        const memberIds = all.filter((accountId) => managed.has(accountId));
        return { groupId: id, name, grants: ofGroup(id), memberIds, foreignMembers: all.length - memberIds.length };
      }),
  };
}

const newest = (...dates: readonly (Date | null)[]): number | null => {
  const times = dates.flatMap((date) => (date === null ? [] : [date.getTime()]));
  return times.length === 0 ? null : Math.max(...times);
};

const accountsOf = (db: Kysely<Database>, now: Instant) =>
  db
    .selectFrom('account')
    .leftJoin('session', (join) =>
      join.onRef('session.account_id', '=', 'account.id').on('session.expires_at', '>', new Date(now)),
    )
    .select(['account.id', 'name', 'must_change_password', 'totp_confirmed_at', 'disabled_at', 'identity'])
    .select(({ fn, selectFrom }) => [
      fn.count<number>('session.id').as('sessions'),
      fn.max('seen_at').as('seen_at'),
      selectFrom('sign_in_address')
        .select((eb) => eb.fn.max('last_at').as('last_at'))
        .whereRef('sign_in_address.account_id', '=', 'account.id')
        .as('signed_in_at'),
    ])
    .groupBy('account.id')
    .orderBy('name')
    .execute();

/** Whether whoever asks administers every site at which this account holds a role. */
export const isManaged = async (db: Kysely<Database>, { access }: Session, accountId: string): Promise<boolean> =>
  mayManage(access, await effectiveGrantsOf(db, accountId));
