import type { Kysely, Selectable } from 'kysely';
import type { ProposalView, ReviewView } from '../../contract/proposals.ts';
import { AppError } from '../../core/errors.ts';
import { isOverdue, stepProposal } from '../../core/proposal.ts';
import type { Proposal, ProposalKind, ProposalState } from '../../core/proposal.ts';
import { instant } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

/** Decided ones beside all that are open. */
const DECIDED_SHOWN = 50;

/** What waits at a site, oldest first, then what was decided or is over, newest first. @throws AppError `site/not-found` */
export async function proposalsOfSite(db: Kysely<Database>, siteId: string, now: Instant): Promise<ProposalView[]> {
  const site = await db.selectFrom('site').select('id').where('id', '=', siteId).executeTakeFirst();
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const ofSite = rows(db).where('proposal.site_id', '=', siteId);
  const [open, decided] = [
    await ofSite.where('state', '=', 'open').orderBy('proposed_at').execute(),
    await ofSite.where('state', '<>', 'open').orderBy('decided_at', 'desc').limit(DECIDED_SHOWN).execute(),
  ];
  const views = [...open, ...decided].map((row) => viewOf(row, now));
  const isOpen = ({ state }: ProposalView): boolean => state === 'open';
  return [...views.filter(isOpen), ...views.filter((view) => !isOpen(view))];
}

/** @throws AppError `proposal/not-found` */
export async function proposalById(db: Kysely<Database>, proposalId: string, now: Instant): Promise<ProposalView> {
  const row = await rows(db).where('id', '=', proposalId).executeTakeFirst();
  if (row === undefined) throw new AppError('proposal/not-found', 'there is no such proposal');
  return viewOf(row, now);
}

const rows = (db: Kysely<Database>) =>
  db
    .selectFrom('proposal')
    .leftJoin('level_lowering', 'level_lowering.proposal_id', 'proposal.id')
    .selectAll('proposal')
    .select('level_lowering.outcome');

type Row = Selectable<Database['proposal']> & { readonly outcome: string | null };

function viewOf(row: Row, now: Instant): ProposalView {
  const proposal: Proposal = {
    // Written by the desk, as these.
    state: row.state as ProposalState,
    proposedBy: { accountId: row.proposed_by_account, name: row.proposed_by },
    expiresAt: instant(row.expires_at.getTime()),
    actedAt: row.acted_at && instant(row.acted_at.getTime()),
  };
  const stepped = stepProposal(proposal, { type: 'time-passed' }, now);
  return {
    proposalId: row.id,
    siteId: row.site_id,
    kind: row.kind as ProposalKind,
    state: 'next' in stepped ? stepped.next : proposal.state,
    reason: row.reason,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at.getTime(),
    expiresAt: proposal.expiresAt,
    actedAt: proposal.actedAt,
    overdue: isOverdue(proposal, now),
    review: reviewIn(row.content),
    lowering: loweringIn(row),
    finding: findingIn(row),
    work: workIn(row),
    shelf: shelfIn(row),
    shrinking: shrinkingIn(row),
    decided:
      row.decided_by === null || row.decided_at === null
        ? null
        : { by: row.decided_by, at: row.decided_at.getTime(), reason: row.decision_reason ?? '' },
  };
}

/** What was shown when it was proposed. The text beside it holds telephone numbers and stays where it is. */
function reviewIn(content: unknown): ReviewView | null {
  const { loosening, tightening, neutral } = content as Partial<ReviewView>;
  return loosening && tightening && neutral ? { loosening, tightening, neutral } : null;
}

function findingIn({ kind, content }: Row): ProposalView['finding'] {
  if (kind !== 'finding/lower') return null;
  // Written by the desk, as this.
  const { findingId, from, to, inspectedBy, inspectedAt, seen } = content as NonNullable<ProposalView['finding']>;
  return { findingId, from, to, inspectedBy, inspectedAt, seen };
}

function workIn({ kind, content }: Row): ProposalView['work'] {
  if (kind !== 'alarm/shelve' || !('point' in (content as object))) return null;
  // Written by the desk, as this.
  const { point, minutes, levels } = content as NonNullable<ProposalView['work']>;
  return { point, minutes, levels };
}

function shelfIn({ kind, content }: Row): ProposalView['shelf'] {
  if (kind !== 'alarm/shelve' || !('target' in (content as object))) return null;
  // Written by the desk, as this.
  const { target, hours, level } = content as NonNullable<ProposalView['shelf']>;
  return { target, hours, level };
}

function shrinkingIn({ kind, content }: Row): ProposalView['shrinking'] {
  if (kind !== 'group/shrink') return null;
  // Written by the desk, as this; who is listed, and at which numbers, stays where it is.
  const { groupId, removed, group } = content as {
    readonly groupId: string;
    readonly removed: readonly string[];
    readonly group: { readonly members: readonly unknown[] };
  };
  return { groupId, removed: [...removed], left: group.members.length };
}

function loweringIn({ kind, content, outcome }: Row): ProposalView['lowering'] {
  if (kind !== 'level/lower') return null;
  // Written by the desk and the judge, as these.
  const { target, from, to } = content as Omit<NonNullable<ProposalView['lowering']>, 'outcome'>;
  return { target, from, to, outcome: outcome as NonNullable<ProposalView['lowering']>['outcome'] };
}
