import { alarmDesk, expectShelfAllowed, heldAlarm, levelToGoBy, shelveHeld } from '../../alerting/io/alarm-desk.ts';
import { openAlarm } from '../../alerting/io/alarm-book.ts';
import type { Kysely, Transaction } from 'kysely';
import type { ShelveAlarm } from '../contract/alarms.ts';
import { isGraver } from '../core/level.ts';
import type { WarningLevel } from '../core/level.ts';
import type { Person } from '../core/proposal.ts';
import type { AlarmDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { siteAlarmLimits } from './alarm-limits.ts';
import { alarmsOfSite } from './alarm-list.ts';
import { carryOutWork } from './maintenance-desk.ts';
import { insertProposal } from './proposal-store.ts';
import type { Approved } from './proposal-store.ts';

interface DeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/** The alarm list of the sites in this database, and what people do to it. */
export function siteAlarmDesk({ db, clock }: DeskPorts): AlarmDesk {
  return {
    ...alarmDesk({ db, clock, limitsOf: siteAlarmLimits }),
    list: (siteId, now) => alarmsOfSite(db, siteId, now),
    proposeShelf: (siteId, asked, by) =>
      db.transaction().execute(async (tx) => propose(tx, { siteId, asked, by, now: await clock.read(tx) })),
  };
}

/** What is kept of a proposed shelf. */
interface ProposedShelf {
  readonly target: string;
  readonly hours: number;
  /** The gravest it had had when it was proposed. */
  readonly level: WarningLevel;
}

interface Proposed {
  readonly siteId: string;
  readonly asked: ShelveAlarm;
  readonly by: Person;
  readonly now: Approved['now'];
}

async function propose(tx: Transaction<Database>, { siteId, asked, by, now }: Proposed): Promise<string> {
  const { target, hours, reason } = asked;
  const { alarm } = await heldAlarm(tx, { siteId, target });
  expectShelfAllowed(alarm, hours, await siteAlarmLimits(siteId, tx));
  const content: ProposedShelf = { target, hours, level: levelToGoBy(alarm) };
  const made = { siteId, kind: 'alarm/shelve', subject: target, content, baseVersion: null, reason, by, now } as const;
  const { proposalId } = await insertProposal(tx, { ...made, acts: false });
  const facts = { proposalId, kind: made.kind, reason, ...content };
  await recordAudit(tx, { at: now, who: by.name, action: 'proposal/make', siteId, facts });
  return proposalId;
}

/** What two people agreed to put out of sight: work at a point, or an alarm on the list. */
export const carryOutShelving = (tx: Transaction<Database>, approved: Approved): Promise<'done' | 'overtaken'> =>
  // Written by the desks, with one of these.
  'target' in (approved.proposal.content as object) ? carryOutShelf(tx, approved) : carryOutWork(tx, approved);

/** Shelves from now on, unless the alarm is gone or has been graver than was shown. */
async function carryOutShelf(
  tx: Transaction<Database>,
  { proposal, by, now }: Approved,
): Promise<'done' | 'overtaken'> {
  const { target, hours, level } = proposal.content as ProposedShelf;
  const { siteId, proposedBy, reason } = proposal;
  const held = await openAlarm(tx, { siteId, target });
  if (held === null || isGraver(levelToGoBy(held.alarm), level)) return 'overtaken';
  const who = `${proposedBy.name}, approved by ${by.name}`;
  const limits = await siteAlarmLimits(siteId, tx);
  await shelveHeld(tx, held, { target, hours, reason }, { who, now, limits });
  return 'done';
}
