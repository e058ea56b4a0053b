import type { Kysely, Transaction } from 'kysely';
import { WrittenGroup } from '../contract/evacuation.ts';
import { membersOf, rowsOfText } from '../contract/member-sheet.ts';
import { AppError } from '../core/errors.ts';
import type { EvacuationGroup, Member } from '../core/evacuation.ts';
import type { Instant } from '../core/time.ts';
import type { EvacuationGroupDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';

type Tx = Transaction<Database>;

interface GroupDeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/** Where groups are prepared. Each write is a new version, audit included; who was listed before stays in the old one. */
export function evacuationGroupDesk({ db, clock }: GroupDeskPorts): EvacuationGroupDesk {
  const write = (
    siteId: string,
    groupId: string,
    change: (before: EvacuationGroup | null) => EvacuationGroup,
    who: string,
  ) =>
    db.transaction().execute(async (tx) => {
      // Two who write at once: one after the other.
      await tx.selectFrom('site').select('id').where('id', '=', siteId).forNoKeyUpdate().executeTakeFirst();
      const before = await newestGroup(tx, siteId, groupId);
      const group = change(before?.group ?? null);
      const version = (before?.version ?? 0) + 1;
      await writeGroup(tx, { siteId, groupId, version, group, who, at: await clock.read(tx) });
    });

  return {
    write: (siteId, groupId, group, who) => write(siteId, groupId, () => group, who),

    importMembers: (siteId, groupId, csv, who) =>
      write(
        siteId,
        groupId,
        (before) => {
          if (before === null) throw new AppError('broadcast/group-not-found', 'make the group first, then its list');
          const { members, faults } = membersOf(rowsOfText(csv));
          if (faults.length > 0) throw new AppError('config/invalid', 'the list cannot be used', { faults });
          const parsed = WrittenGroup.safeParse({ ...before, members });
          if (!parsed.success)
            throw new AppError('config/invalid', 'the list cannot be used', { faults: doubles(parsed.error.issues) });
          return parsed.data;
        },
        who,
      ),
  };
}

/** Entry 1 stands in line 2: the first names the columns. */
const doubles = (issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]) =>
  issues.map(({ path, message }) => ({ line: Number(path[1] ?? 0) + 2, column: 1, path: '姓名', message }));

interface Kept {
  readonly version: number;
  readonly group: EvacuationGroup;
}

async function newestGroup(tx: Tx, siteId: string, groupId: string): Promise<Kept | null> {
  const rows = tx.selectFrom('evacuation_group').select(['version', 'content']).where('site_id', '=', siteId);
  const row = await rows.where('group_id', '=', groupId).orderBy('version', 'desc').limit(1).executeTakeFirst();
  // Parsed when it was written.
  return row === undefined ? null : { version: row.version, group: row.content as EvacuationGroup };
}

interface Write {
  readonly siteId: string;
  readonly groupId: string;
  readonly version: number;
  readonly group: EvacuationGroup;
  readonly who: string;
  readonly at: Instant;
}

async function writeGroup(tx: Tx, { siteId, groupId, version, group, who, at }: Write): Promise<void> {
  await tx
    .insertInto('evacuation_group')
    .values({
      site_id: siteId,
      group_id: groupId,
      version,
      content: JSON.stringify(group),
      written_at: new Date(at),
      written_by: who,
    })
    .execute();
  const facts = { groupId, version, entries: group.members.length, persons: personsOf(group.members) };
  await recordAudit(tx, { at, who, action: 'evacuation-group/write', siteId, facts });
}

const personsOf = (members: readonly Member[]): number => members.reduce((sum, { persons }) => sum + persons, 0);
