import type { zhChanges } from '../zh/changes.ts';

/** The same in English. */
export const enChanges: Record<keyof typeof zhChanges, string> = {
  'problem.config/invalid': 'The file has faults.',
  'problem.proposal/not-found': 'There is no such change.',
  'problem.proposal/reason-missing': 'Say why.',
  'problem.proposal/not-open': 'It is decided already, or its time is over.',
  'problem.proposal/own': 'You cannot decide about what you proposed.',
  'problem.proposal/no-account': 'Somebody who is signed in has to decide.',
  'problem.proposal/not-own': 'Only who proposed it can withdraw it; refuse it instead.',
  'problem.proposal/acted': 'It acts already and cannot be withdrawn: somebody else has to look at it.',
  'problem.proposal/overtaken':
    'The configuration or the level has changed since, and something else would happen than was shown: propose it anew.',
  'problem.level/not-graver': 'The level is not graver than that one, or that one has no limit.',
};
