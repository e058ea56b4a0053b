import { HOUR, plus } from './time.ts';
import type { DurationMs, Instant } from './time.ts';

/** What needs a second person. */
export const PROPOSAL_KINDS = [
  'site/loosen',
  'site/tighten',
  'level/lower',
  'finding/lower',
  'alarm/shelve',
  'group/shrink',
] as const;
export type ProposalKind = (typeof PROPOSAL_KINDS)[number];

/** How long each kind can be approved. What was decided for a level of yesterday is not for that of today. */
const OPEN_FOR_MS: Readonly<Record<ProposalKind, DurationMs>> = {
  'site/loosen': 72 * HOUR,
  'site/tighten': 72 * HOUR,
  'level/lower': 24 * HOUR,
  'finding/lower': 24 * HOUR,
  'alarm/shelve': 24 * HOUR,
  'group/shrink': 72 * HOUR,
};

export const PROPOSAL_STATES = ['open', 'approved', 'refused', 'withdrawn', 'expired', 'overtaken'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** A person. Without an account it is whoever sat at the command line of the machine. */
export interface Person {
  readonly accountId: string | null;
  /** As the audit has it. */
  readonly name: string;
}

/** What of a proposal decides what may become of it. */
export interface Proposal {
  readonly state: ProposalState;
  readonly proposedBy: Person;
  readonly expiresAt: Instant;
  /** When what it proposes was done; null: it waits for the approval. */
  readonly actedAt: Instant | null;
}

export type ProposalEvent =
  | { readonly type: 'approve'; readonly by: Person }
  | { readonly type: 'refuse'; readonly by: Person }
  | { readonly type: 'withdraw'; readonly by: Person }
  | { readonly type: 'overtake' }
  | { readonly type: 'time-passed' };

/** Why nothing became of it. */
export type ProposalFault = 'not-open' | 'own' | 'no-account' | 'not-own' | 'acted';

/**
 * What becomes of a proposal: decided by another person than the one who made it, or over by itself.
 *
 * ```
 *   open ── approve, by another account ──► approved     what was proposed is done in the same transaction
 *     ├──── refuse, by another account ───► refused
 *     ├──── withdraw, by who proposed ────► withdrawn  ┐
 *     ├──── its time is over ─────────────► expired    ├ not what was done already: that stays open, overdue,
 *     └──── what it is based on changed ──► overtaken  ┘ until somebody else has looked at it
 * ```
 *
 * Refusing what was done does not undo it: that would be a change of its own, and may be a loosening.
 */
export function stepProposal(
  proposal: Proposal,
  event: ProposalEvent,
  at: Instant,
): { readonly next: ProposalState } | { readonly fault: ProposalFault } {
  const state = stateAt(proposal, at);
  if (event.type === 'time-passed') return { next: state };
  if (state !== 'open') return { fault: 'not-open' };
  switch (event.type) {
    case 'approve':
    case 'refuse': {
      const fault = notAnother(proposal.proposedBy, event.by);
      if (fault !== null) return { fault };
      return { next: event.type === 'approve' ? 'approved' : 'refused' };
    }
    case 'withdraw':
      if (proposal.actedAt !== null) return { fault: 'acted' };
      return isSame(proposal.proposedBy, event.by) ? { next: 'withdrawn' } : { fault: 'not-own' };
    case 'overtake':
      return proposal.actedAt === null ? { next: 'overtaken' } : { fault: 'acted' };
  }
}

/** What has become of it by the passing of time alone. */
const stateAt = ({ state, expiresAt, actedAt }: Proposal, at: Instant): ProposalState =>
  state === 'open' && actedAt === null && at >= expiresAt ? 'expired' : state;

/** Whether it was done, and nobody else has looked at it in the time that was given. */
export const isOverdue = ({ state, expiresAt, actedAt }: Proposal, at: Instant): boolean =>
  state === 'open' && actedAt !== null && at >= expiresAt;

/** Whether somebody may decide about a proposal as far as who made it goes; null: he may. */
function notAnother(proposedBy: Person, by: Person): 'own' | 'no-account' | null {
  if (by.accountId === null) return 'no-account';
  return by.accountId === proposedBy.accountId ? 'own' : null;
}

/** At the command line a name is that of the machine's account. */
const isSame = (one: Person, other: Person): boolean =>
  one.accountId === other.accountId && (one.accountId !== null || one.name === other.name);

export const expiresAt = (kind: ProposalKind, proposedAt: Instant): Instant => plus(proposedAt, OPEN_FOR_MS[kind]);
