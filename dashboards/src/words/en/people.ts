import type { zhPeople } from '../zh/people.ts';

/** Why a change of who may what was refused, in English. */
export const enPeople: Record<keyof typeof zhPeople, string> = {
  'problem.access/denied': 'Your roles do not allow this.',
  'problem.account/not-found': 'There is no such account, or it is not yours to administer.',
  'problem.account/exists': 'There is already an account of this name.',
  'problem.account/last-admin': 'Nobody would be left who administers every site: appoint another administrator first.',
  'problem.account/own': 'Your own account cannot be changed here: ask another administrator.',
  'problem.account/own-grants':
    'You cannot change your own roles: ask another administrator, because two see more than one.',
  'problem.account/without-role': 'An account holds at least one role. If it is no longer needed, shut it out.',
  'problem.account/identity-taken': 'Another account is this identity already.',
  'problem.account/unknown-identity': 'No account belongs to this identity: ask an administrator.',
  'problem.group/not-found': 'There is no such group, or it is not yours to administer.',
  'problem.group/exists': 'There is already a group of this name.',
  'problem.credential/not-found': 'There is no such credential, or it is not yours to administer.',
  'problem.kiosk/wrong-token': 'The token of this screen is wrong, over, or revoked.',
};
