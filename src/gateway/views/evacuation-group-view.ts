import type { Kysely } from 'kysely';
import type { EvacuationGroupView } from '../../contract/evacuation.ts';
import { AppError } from '../../core/errors.ts';
import type { EvacuationGroup } from '../../core/evacuation.ts';
import type { Database } from '../../platform/database.ts';
import { maskPhone } from './mask-phone.ts';

/** The groups of a site as they stand. Telephone numbers in full only for those who may see them. */
export async function groupsOfSite(
  db: Kysely<Database>,
  siteId: string,
  seesPhones: boolean,
): Promise<EvacuationGroupView[]> {
  const rows = await db
    .selectFrom('evacuation_group')
    .distinctOn('group_id')
    .selectAll()
    .where('site_id', '=', siteId)
    .orderBy('group_id')
    .orderBy('version', 'desc')
    .execute();
  const shown = phoneFor(seesPhones);
  return rows.map((row) => {
    // Parsed when it was written.
    const { members, ...group } = row.content as EvacuationGroup;
    return {
      groupId: row.group_id,
      version: row.version,
      writtenAt: row.written_at.getTime(),
      writtenBy: row.written_by,
      ...group,
      members: members.map(({ phones, marshal, ...member }) => ({
        ...member,
        phones: phones.map(shown),
        marshal: marshal && { name: marshal.name, phone: marshal.phone === null ? null : shown(marshal.phone) },
      })),
    };
  });
}

/** One group. Throws `broadcast/group-not-found`. */
export async function groupOfSite(
  db: Kysely<Database>,
  siteId: string,
  groupId: string,
  seesPhones: boolean,
): Promise<EvacuationGroupView> {
  const found = (await groupsOfSite(db, siteId, seesPhones)).find((group) => group.groupId === groupId);
  if (found === undefined) throw new AppError('broadcast/group-not-found', 'there is no such group');
  return found;
}

/** How a number is shown. */
export const phoneFor =
  (seesPhones: boolean) =>
  (phone: string): string =>
    seesPhones ? phone : maskPhone(phone);
