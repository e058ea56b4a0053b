import type { zhOpenId } from '../zh/openid.ts';

/** What is said of signing in at an OpenID provider, in English. */
export const enOpenId: Record<keyof typeof zhOpenId, string> = {
  'openid.button': 'Single sign-on ({label})',
  'openid.tell': 'Give an administrator this line exactly as it stands, to be linked to your account:',
  'problem.openid/away':
    'The identity provider cannot be reached. Sign in with account and password, or try again later.',
  'problem.openid/denied': 'The identity provider did not let you in, or you turned back.',
  'problem.openid/not-begun': 'This sign-in is over, or was not begun in this browser. Sign in again.',
  'problem.openid/bad-answer':
    "The identity provider's answer cannot be believed; nobody was signed in. Tell an administrator: the reason is recorded.",
  'problem.account/disabled': 'This account is shut out.',
  'problem.second-factor/not-set-up': 'This account has no second factor set up.',
};
