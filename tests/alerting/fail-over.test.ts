import { describe, expect, it } from 'vitest';
import { chooseCarrier } from '../../alerting/fail-over.ts';
import type { Candidate, Choice, Try } from '../../alerting/fail-over.ts';

const OVER = { most: 1, withinMs: 60_000 };
const free = (name: string, more: Partial<Candidate> = {}): Candidate => ({
  name,
  keepsKeys: false,
  over: null,
  ...more,
});
const full = (name: string) => free(name, { over: OVER });
const now = (carrier: string, outcome: Try['outcome']): Try => ({ carrier, outcome, isOfThisClaim: true });
const before = (carrier: string, outcome: Try['outcome']): Try => ({ carrier, outcome, isOfThisClaim: false });
const ask = (carrier: string): Choice => ({ type: 'ask', carrier });

interface Story {
  readonly of: readonly Candidate[];
  readonly tries?: readonly Try[];
  readonly red?: true;
  readonly leads: Choice;
}
const A = free('a');
const B = free('b');
const stories: Readonly<Record<string, Story>> = {
  'the primary first': { of: [A, B], leads: ask('a') },
  'E20 the standby when the primary cannot be reached': {
    of: [A, B],
    tries: [now('a', 'unreachable')],
    leads: ask('b'),
  },
  'the standby when the primary refuses': { of: [A, B], tries: [now('a', 'refused')], leads: ask('b') },
  'E20 the standby when the primary accepted and is silent': {
    of: [A, B],
    tries: [before('a', 'silent')],
    leads: ask('b'),
  },
  'left to ring when the standby of a silent one cannot': {
    of: [A, B],
    tries: [before('a', 'silent'), now('b', 'refused')],
    leads: { type: 'leave' },
  },
  'later again when none can be reached': {
    of: [A, B],
    tries: [now('a', 'unreachable'), now('b', 'unknown')],
    leads: { type: 'wait' },
  },
  'again from the primary at the next claim': {
    of: [A, B],
    tries: [before('a', 'unreachable'), before('b', 'unreachable')],
    leads: ask('a'),
  },
  'one that refused is not asked at the next claim either': {
    of: [A, B],
    tries: [before('a', 'refused'), before('b', 'unreachable')],
    leads: ask('b'),
  },
  'given up when all refuse': {
    of: [A, B],
    tries: [now('a', 'refused'), now('b', 'refused')],
    leads: { type: 'give-up', why: 'refused' },
  },
  'given up where there is none': { of: [], leads: { type: 'give-up', why: 'no-carrier' } },
  'one that may have heard us and keeps the key is asked first: it rings nobody twice': {
    of: [A, free('b', { keepsKeys: true })],
    tries: [before('a', 'refused'), before('b', 'unknown')],
    leads: ask('b'),
  },
  'E18 over its limit it is passed by': { of: [full('a'), B], leads: ask('b') },
  'E18 over the limit of all, the ladder goes on': {
    of: [full('a'), full('b')],
    leads: { type: 'give-up', why: 'over-limit' },
  },
  'red goes to one that has room first': { of: [full('a'), B], red: true, leads: ask('b') },
  'E16 red is held by no limit': { of: [full('a'), full('b')], red: true, leads: ask('a') },
};

describe('whom to ask next', () => {
  it.each(Object.entries(stories))('%s', (_name, { of, tries = [], red = false, leads }) => {
    expect(chooseCarrier(of, tries, red)).toEqual(leads);
  });
});
