import type { Kysely } from 'kysely';
import { z } from 'zod';
import { proposalDesk } from '../app/proposal-desk.ts';
import { changeLine } from '../app/site-diff.ts';
import type { ProposalView } from '../contract/proposals.ts';
import { AppError } from '../core/errors.ts';
import { proposalById, proposalsOfSite } from '../gateway/views/proposals-view.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';

interface ProposalCommandPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  /** Who is written in the audit. */
  readonly who: string;
  readonly print: (text: string) => void;
}

const USAGE = 'tailwatch proposal list SITE | tailwatch proposal withdraw ID [--reason TEXT]';

/**
 * `proposal list SITE` prints what waits for a second person and what became of the others, `proposal withdraw ID` takes
 * back what was proposed here. They are approved on the page: by somebody whose account it is.
 * @throws AppError as the desk does, `config/setting` for what cannot be understood
 */
export async function proposalCommand(
  words: readonly string[],
  { reason = 'withdrawn' }: { readonly reason?: string | undefined },
  { db, clock, who, print }: ProposalCommandPorts,
): Promise<void> {
  const [action, subject, ...more] = words;
  if (subject === undefined || more.length > 0) throw new AppError('config/setting', `usage: ${USAGE}`);
  switch (action) {
    case 'list':
      for (const each of await proposalsOfSite(db, subject, await clock.read(db))) print(linesOf(each).join('\n'));
      return;
    case 'withdraw':
      if (!z.uuid().safeParse(subject).success) throw new AppError('proposal/not-found', `"${subject}" is no ID`);
      await proposalDesk({ db, clock }).withdraw(subject, { accountId: null, name: who }, reason);
      print(linesOf(await proposalById(db, subject, await clock.read(db))).join('\n'));
      return;
    default:
      throw new AppError('config/setting', `usage: ${USAGE}`);
  }
}

function linesOf(view: ProposalView): string[] {
  const { proposalId, kind, state, reason, proposedBy, proposedAt, decided, review, lowering } = view;
  const by = decided === null ? '' : ` by ${decided.by}, ${time(decided.at)}: ${decided.reason}`;
  const changes = state === 'open' ? [...(review?.loosening ?? []), ...(review?.tightening ?? [])] : [];
  return [
    `${proposalId}  ${kind}  ${stateOf(view)}${by}`,
    `  ${proposedBy}, ${time(proposedAt)}: ${reason}`,
    ...(lowering === null ? [] : [`  ~ ${lowering.target}: ${lowering.from} -> ${lowering.to}`]),
    ...changes.map((change) => `  ${changeLine(change)}`),
  ];
}

function stateOf({ state, actedAt, overdue, expiresAt }: ProposalView): string {
  if (state !== 'open') return state;
  if (actedAt === null) return `waits for approval until ${time(expiresAt)}`;
  return overdue
    ? `acts, and should have been approved by ${time(expiresAt)}`
    : `acts; to be approved by ${time(expiresAt)}`;
}

/** To the minute, in UTC. */
const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;
