import type { Kysely, Transaction } from 'kysely';
import { WrittenGroup } from '../contract/evacuation.ts';
import { membersOf, rowsOfText } from '../contract/member-sheet.ts';
import { AppError } from '../core/errors.ts';
import type { EvacuationGroup, Member } from '../core/evacuation.ts';
import { lostBy } from '../core/evacuation-loss.ts';
import type { Person } from '../core/proposal.ts';
import type { Instant } from '../core/time.ts';
import type { EvacuationGroupDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { insertProposal } from './proposal-store.ts';
import type { Approved } from './proposal-store.ts';

type Tx = Transaction<Database>;

interface GroupDeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/** What is kept of a version that would call fewer people. */
interface ProposedShrinking {
  readonly groupId: string;
  readonly group: EvacuationGroup;
  /** The one that it takes the place of. */
  readonly version: number;
  /** Who would be called no more, or at fewer numbers. */
  readonly removed: readonly string[];
}

/** Names in a reason at most, by their letters. */
const REASON_LETTERS = 300;

/**
 * Where groups are prepared. Each write is a new version, audit included; who was listed before stays in the old one. A version that
 * calls somebody no more waits for a second person, as a whole; all else acts at once.
 */
export function evacuationGroupDesk({ db, clock }: GroupDeskPorts): EvacuationGroupDesk {
  const write = (
    siteId: string,
    groupId: string,
    change: (before: EvacuationGroup | null) => EvacuationGroup,
    by: Person,
  ): Promise<string | null> =>
    db.transaction().execute(async (tx) => {
      // Two who write at once: one after the other.
      await tx.selectFrom('site').select('id').where('id', '=', siteId).forNoKeyUpdate().executeTakeFirst();
      const before = await newestGroup(tx, siteId, groupId);
      const group = change(before?.group ?? null);
      const version = (before?.version ?? 0) + 1;
      const lost = lostBy(before?.group.members ?? [], group.members);
      const now = await clock.read(tx);
      if (before !== null && lost.length > 0)
        return propose(tx, {
          siteId,
          by,
          now,
          content: { groupId, group, version: before.version, removed: names(lost) },
        });
      await writeGroup(tx, { siteId, groupId, version, group, who: by.name, at: now });
      return null;
    });

  return {
    write: (siteId, groupId, group, by) => write(siteId, groupId, () => group, by),

    importMembers: (siteId, groupId, csv, by) =>
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
        by,
      ),
  };
}

const names = (members: readonly Member[]): readonly string[] => members.map(({ name }) => name);

interface Proposed {
  readonly siteId: string;
  readonly content: ProposedShrinking;
  readonly by: Person;
  readonly now: Instant;
}

/** Returns the id of what waits. Throws `proposal/no-account`: a program is no first person. */
async function propose(tx: Tx, { siteId, content, by, now }: Proposed): Promise<string> {
  if (by.accountId === null)
    throw new AppError('proposal/no-account', 'people are removed by somebody who is signed in');
  const { groupId: subject, version, removed } = content;
  const reason = removed.join(', ').slice(0, REASON_LETTERS);
  const made = { siteId, kind: 'group/shrink', subject, content, baseVersion: version, reason, by, now } as const;
  const { proposalId } = await insertProposal(tx, { ...made, acts: false });
  const facts = { proposalId, kind: made.kind, groupId: subject, version, removed: removed.length };
  await recordAudit(tx, { at: now, who: by.name, action: 'proposal/make', siteId, facts });
  return proposalId;
}

/** Writes the version that was approved, unless the group has changed since it was shown. */
export async function carryOutShrinking(tx: Tx, { proposal, by, now }: Approved): Promise<'done' | 'overtaken'> {
  const { siteId, proposedBy } = proposal;
  // Written by the desk, as this.
  const { groupId, group, version } = proposal.content as ProposedShrinking;
  await tx.selectFrom('site').select('id').where('id', '=', siteId).forNoKeyUpdate().executeTakeFirst();
  if ((await newestGroup(tx, siteId, groupId))?.version !== version) return 'overtaken';
  const who = `${proposedBy.name}, approved by ${by.name}`;
  await writeGroup(tx, { siteId, groupId, version: version + 1, group, who, at: now });
  return 'done';
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
