import { signal } from '@preact/signals';
import { SessionView } from '../../../src/contract/session.ts';
import { ApiFault, ask, isSignedOut } from './api.ts';

/** Who is at the screen: unknown until asked, `out` with whether a session ended by itself. */
export type Account =
  | { readonly phase: 'asking' }
  | { readonly phase: 'failed'; readonly code: string }
  | { readonly phase: 'out'; readonly ended: boolean }
  | { readonly phase: 'in'; readonly name: string };

/** Present account of the page. */
export const account = signal<Account>({ phase: 'asking' });

/** A screen on a wall has nobody to press "try again". */
const RETRY_MS = 5000;

/** Asks the server whether the cookie still stands; tries again until it says. */
export async function askSession(): Promise<void> {
  try {
    const { name } = await ask('/api/session', SessionView);
    account.value = { phase: 'in', name };
  } catch (error) {
    if (isSignedOut(error)) account.value = { phase: 'out', ended: false };
    else {
      account.value = { phase: 'failed', code: codeOf(error) };
      setTimeout(() => account.value.phase === 'failed' && void askSession(), RETRY_MS);
    }
  }
}

/** Signs in; gives the code of the refusal, or undefined when it worked. */
export async function signIn(name: string, password: string): Promise<string | undefined> {
  try {
    const session = await ask('/api/session', SessionView, { method: 'POST', body: { name, password } });
    account.value = { phase: 'in', name: session.name };
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

/** Signs out; the page forgets everything even when the server cannot be reached. */
export async function signOut(): Promise<void> {
  await ask('/api/session', null, { method: 'DELETE' }).catch(() => undefined);
  account.value = { phase: 'out', ended: false };
}

/** To be called with every failed request: a session that ended shows the sign-in form, and says why. */
export function noticeSignedOut(error: unknown): boolean {
  if (!isSignedOut(error)) return false;
  if (account.value.phase === 'in') account.value = { phase: 'out', ended: true };
  return true;
}

export const codeOf = (error: unknown): string => (error instanceof ApiFault ? error.code : 'unexpected-reply');
