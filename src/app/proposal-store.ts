import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { expiresAt } from '../core/proposal.ts';
import type { Person, Proposal, ProposalKind, ProposalState } from '../core/proposal.ts';
import { AppError } from '../core/errors.ts';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';

/** A proposal as it is kept. */
export interface StoredProposal extends Proposal {
  readonly proposalId: string;
  readonly siteId: string;
  readonly kind: ProposalKind;
  readonly subject: string;
  /** By its kind. */
  readonly content: unknown;
  readonly baseVersion: number | null;
  readonly reason: string;
}

type NewProposal = Pick<StoredProposal, 'siteId' | 'kind' | 'subject' | 'content' | 'baseVersion' | 'reason'> & {
  readonly by: Person;
  readonly now: Instant;
  /** Whether what it proposes is done in the same transaction. */
  readonly acts: boolean;
};

/** Opens a proposal; returns it as it is kept. */
export async function insertProposal(tx: Transaction<Database>, made: NewProposal): Promise<StoredProposal> {
  const { by, now, acts, ...rest } = made;
  const proposalId = randomUUID();
  const until = expiresAt(rest.kind, now);
  await tx
    .insertInto('proposal')
    .values({
      id: proposalId,
      site_id: rest.siteId,
      kind: rest.kind,
      subject: rest.subject,
      content: JSON.stringify(rest.content),
      base_version: rest.baseVersion,
      reason: rest.reason,
      proposed_by_account: by.accountId,
      proposed_by: by.name,
      proposed_at: new Date(now),
      expires_at: new Date(until),
      acted_at: acts ? new Date(now) : null,
      state: 'open',
    })
    .execute();
  return { ...rest, proposalId, state: 'open', proposedBy: by, expiresAt: until, actedAt: acts ? now : null };
}

/** Loads a proposal and locks it until the transaction ends. @throws AppError `proposal/not-found` */
export async function loadProposal(tx: Transaction<Database>, proposalId: string): Promise<StoredProposal> {
  const row = await tx.selectFrom('proposal').selectAll().where('id', '=', proposalId).forUpdate().executeTakeFirst();
  if (row === undefined) throw new AppError('proposal/not-found', 'there is no such proposal');
  return {
    proposalId: row.id,
    siteId: row.site_id,
    // Written by us, as these.
    kind: row.kind as ProposalKind,
    state: row.state as ProposalState,
    subject: row.subject,
    content: row.content,
    baseVersion: row.base_version,
    reason: row.reason,
    proposedBy: { accountId: row.proposed_by_account, name: row.proposed_by },
    expiresAt: instant(row.expires_at.getTime()),
    actedAt: row.acted_at && instant(row.acted_at.getTime()),
  };
}

export interface Decision {
  readonly by: Person;
  readonly reason: string;
  readonly now: Instant;
}

/** Keeps what became of it, and by whom. */
export async function saveDecision(
  tx: Transaction<Database>,
  { proposalId }: StoredProposal,
  state: ProposalState,
  { by, reason, now }: Decision,
): Promise<void> {
  await tx
    .updateTable('proposal')
    .set({
      state,
      decided_by_account: by.accountId,
      decided_by: by.name,
      decided_at: new Date(now),
      decision_reason: reason,
    })
    .where('id', '=', proposalId)
    .execute();
}

/** What was approved, and by whom. */
export interface Approved {
  readonly proposal: StoredProposal;
  readonly by: Person;
  readonly now: Instant;
}

/**
 * Does what was approved, in the transaction of the approval; its audit is the last thing that it waits for. `overtaken`:
 * it has done nothing, for what would happen now is not what was shown.
 */
export type CarryOut = (tx: Transaction<Database>, approved: Approved) => Promise<'done' | 'overtaken'>;
