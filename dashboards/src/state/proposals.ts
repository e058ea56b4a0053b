import type { ProposalView } from '../../../src/contract/proposals.ts';

/** What somebody may decide about: it is open, and somebody else has proposed it. */
export const waitsFor = (name: string, proposals: readonly ProposalView[]): readonly ProposalView[] =>
  proposals.filter(({ state, proposedBy }) => state === 'open' && proposedBy !== name);

/** A loosening that one person has carried out, and nobody else has looked at yet. */
export const isAlone = ({ kind, state, actedAt }: ProposalView): boolean =>
  kind === 'site/loosen' && state === 'open' && actedAt !== null;

/** How it stands with a proposal that is open. */
export type Standing = 'waits' | 'acts' | 'overdue';
export const standingOf = ({ actedAt, overdue }: ProposalView): Standing =>
  actedAt === null ? 'waits' : overdue ? 'overdue' : 'acts';
