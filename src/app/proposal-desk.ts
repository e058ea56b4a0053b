import type { Kysely, Transaction } from 'kysely';
import { AppError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { stepProposal } from '../core/proposal.ts';
import type { Person, ProposalFault, ProposalKind, ProposalState } from '../core/proposal.ts';
import type { Instant } from '../core/time.ts';
import type { ProposalDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { carryOutShrinking } from './evacuation-group-desk.ts';
import { carryOutFindingLowering } from './finding-desk.ts';
import { carryOutShelving } from './alarm-shelving.ts';
import { carryOutLowering } from './lowering-desk.ts';
import { loadProposal, saveDecision } from './proposal-store.ts';
import type { CarryOut, StoredProposal } from './proposal-store.ts';
import { carryOutSite } from './site-desk.ts';

type Tx = Transaction<Database>;

/** How each kind is carried out. What acted already is only looked at. */
const CARRY_OUT: Readonly<Record<ProposalKind, CarryOut>> = {
  'site/loosen': carryOutSite,
  'site/tighten': carryOutSite,
  'level/lower': carryOutLowering,
  'finding/lower': carryOutFindingLowering,
  'alarm/shelve': carryOutShelving,
  'group/shrink': carryOutShrinking,
};

interface DeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/** The second pair of eyes: an approval and what it carries out are one transaction, with the audit as its last rows. */
export function proposalDesk({ db, clock }: DeskPorts): ProposalDesk {
  const decide = async (
    proposalId: string,
    event: { readonly type: 'approve' | 'refuse' | 'withdraw'; readonly by: Person },
    reason: string,
  ): Promise<void> => {
    const outcome = await db.transaction().execute(async (tx) => {
      const proposal = await loadProposal(tx, proposalId);
      const now = await clock.read(tx);
      const stepped = stepProposal(proposal, event, now);
      if ('fault' in stepped) throw FAULTS[stepped.fault](proposal);
      return settle(tx, proposal, { ...event, state: stepped.next, reason, now });
    });
    if (outcome === 'overtaken')
      throw new AppError(
        'proposal/overtaken',
        'the site has changed since: what would happen is not what was proposed',
      );
  };
  return {
    approve: (id, by, reason) => decide(id, { type: 'approve', by }, reason),
    refuse: (id, by, reason) => decide(id, { type: 'refuse', by }, reason),
    withdraw: (id, by, reason) => decide(id, { type: 'withdraw', by }, reason),
  };
}

interface Settled {
  readonly type: 'approve' | 'refuse' | 'withdraw';
  readonly by: Person;
  readonly state: ProposalState;
  readonly reason: string;
  readonly now: Instant;
}

/** An overtaken proposal is kept as such, by whoever found it out. */
async function settle(
  tx: Tx,
  proposal: StoredProposal,
  { type, by, state, reason, now }: Settled,
): Promise<ProposalState> {
  const isDone = proposal.actedAt !== null || type !== 'approve';
  await saveDecision(tx, proposal, state, { by, reason, now });
  const carried = isDone ? 'done' : await CARRY_OUT[proposal.kind](tx, { proposal, by, now });
  const became = carried === 'overtaken' ? 'overtaken' : state;
  if (became !== state) await saveDecision(tx, proposal, became, { by, reason, now });
  const { proposalId, siteId, kind, subject, proposedBy } = proposal;
  await recordAudit(tx, {
    at: now,
    who: by.name,
    action: `proposal/${type}`,
    siteId,
    facts: { proposalId, kind, subject, proposedBy: proposedBy.name, reason, before: 'open', after: became },
  });
  return became;
}

const fault = (code: ErrorCode, message: string) => (): AppError => new AppError(code, message);

const FAULTS: Readonly<Record<ProposalFault, (proposal: StoredProposal) => AppError>> = {
  'not-open': ({ state }) =>
    new AppError(
      'proposal/not-open',
      state === 'open' ? 'its time is over: propose it again' : `it is ${state} already`,
    ),
  own: fault('proposal/own', 'nobody decides about what he has proposed: somebody else has to look at it'),
  'no-account': fault('proposal/no-account', 'it is decided by somebody who is signed in, on the page'),
  'not-own': fault('proposal/not-own', 'only who proposed it can withdraw it: refuse it instead'),
  acted: fault('proposal/acted', 'it has acted already: somebody else has to look at it'),
};
