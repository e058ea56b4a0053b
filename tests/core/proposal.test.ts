import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROPOSAL_STATES, isOverdue, stepProposal } from '../../src/core/proposal.ts';
import type { Person, Proposal, ProposalEvent } from '../../src/core/proposal.ts';
import { HOUR, instant } from '../../src/core/time.ts';

const LI: Person = { accountId: 'a-li', name: 'li' };
const WANG: Person = { accountId: 'a-wang', name: 'wang' };
const SHELL: Person = { accountId: null, name: 'command line, root' };
const OTHER_SHELL: Person = { accountId: null, name: 'command line, postgres' };
const EXPIRES = instant(72 * HOUR);
const open: Proposal = { state: 'open', proposedBy: LI, expiresAt: EXPIRES, actedAt: null };
const acted: Proposal = { ...open, actedAt: instant(0) };
const BEFORE = instant(HOUR);

describe('a proposal', () => {
  it.each<[string, Proposal, ProposalEvent, number, object]>([
    ['is approved by another account', open, { type: 'approve', by: WANG }, BEFORE, { next: 'approved' }],
    ['is not approved by its own maker', open, { type: 'approve', by: LI }, BEFORE, { fault: 'own' }],
    ['is not refused by its own maker', open, { type: 'refuse', by: LI }, BEFORE, { fault: 'own' }],
    ['is not approved at the command line', open, { type: 'approve', by: SHELL }, BEFORE, { fault: 'no-account' }],
    [
      'of the command line is approved by an account',
      { ...open, proposedBy: SHELL },
      { type: 'approve', by: LI },
      BEFORE,
      { next: 'approved' },
    ],
    [
      'of the command line is not approved there by another',
      { ...open, proposedBy: SHELL },
      { type: 'approve', by: OTHER_SHELL },
      BEFORE,
      { fault: 'no-account' },
    ],
    ['is withdrawn by its maker', open, { type: 'withdraw', by: LI }, BEFORE, { next: 'withdrawn' }],
    ['is not withdrawn by another', open, { type: 'withdraw', by: WANG }, BEFORE, { fault: 'not-own' }],
    [
      'of the command line is not withdrawn by another of its accounts',
      { ...open, proposedBy: SHELL },
      { type: 'withdraw', by: OTHER_SHELL },
      BEFORE,
      { fault: 'not-own' },
    ],
    ['expires', open, { type: 'time-passed' }, EXPIRES, { next: 'expired' }],
    ['is open until then', open, { type: 'time-passed' }, EXPIRES - 1, { next: 'open' }],
    ['that expired is not approved', open, { type: 'approve', by: WANG }, EXPIRES, { fault: 'not-open' }],
    ['is overtaken', open, { type: 'overtake' }, BEFORE, { next: 'overtaken' }],
    ['that acted does not expire', acted, { type: 'time-passed' }, EXPIRES, { next: 'open' }],
    ['that acted is approved however late', acted, { type: 'approve', by: WANG }, 2 * EXPIRES, { next: 'approved' }],
    [
      'that acted is not withdrawn: nobody would look at it',
      acted,
      { type: 'withdraw', by: LI },
      BEFORE,
      { fault: 'acted' },
    ],
    ['that acted is not overtaken', acted, { type: 'overtake' }, BEFORE, { fault: 'acted' }],
  ])('%s', (_title, proposal, event, at, result) => {
    expect(stepProposal(proposal, event, instant(at))).toEqual(result);
  });

  it('that acted is overdue when its time is over, until somebody else has looked', () => {
    expect([instant(EXPIRES - 1), EXPIRES].map((at) => isOverdue(acted, at))).toEqual([false, true]);
    expect(isOverdue({ ...acted, state: 'approved' }, EXPIRES)).toBe(false);
    expect(isOverdue(open, EXPIRES)).toBe(false);
  });

  it('once decided stays as it was decided, and never becomes approved by who made it', () => {
    const people = fc.constantFrom(LI, WANG, SHELL, OTHER_SHELL);
    const events: fc.Arbitrary<ProposalEvent> = fc.oneof(
      fc.record({ type: fc.constantFrom('approve', 'refuse', 'withdraw'), by: people }),
      fc.record({ type: fc.constantFrom('overtake', 'time-passed') }),
    );
    fc.assert(
      fc.property(
        people,
        fc.option(fc.constant(instant(0))),
        fc.array(fc.tuple(events, fc.nat(2 * EXPIRES).map(instant))),
        (proposedBy, actedAt, story) => {
          let proposal: Proposal = { state: 'open', proposedBy, expiresAt: EXPIRES, actedAt };
          for (const [event, at] of story) {
            const result = stepProposal(proposal, event, at);
            const next = 'next' in result ? result.next : proposal.state;
            if (proposal.state !== 'open') expect(next).toBe(proposal.state);
            if (next === 'approved' && proposal.state === 'open' && 'by' in event) {
              expect(event.by.accountId).not.toBeNull();
              expect(event.by.accountId).not.toBe(proposedBy.accountId);
            }
            expect(PROPOSAL_STATES).toContain(next);
            proposal = { ...proposal, state: next };
          }
        },
      ),
    );
  });
});
