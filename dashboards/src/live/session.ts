import { computed, signal } from '@preact/signals';
import { SessionView } from '../../../src/contract/session.ts';
import { ApiFault, ask, isSignedOut } from './api.ts';
import { keep, kept } from './kept.ts';

/**
 * Who is at the screen: unknown until asked, `out` with whether a session ended by itself, `revoked` where a screen on a
 * wall was let in before and is not any more.
 */
export type Account =
  | { readonly phase: 'asking' }
  | { readonly phase: 'failed'; readonly code: string; readonly again: () => void }
  | { readonly phase: 'out'; readonly ended: boolean }
  | { readonly phase: 'revoked' }
  | { readonly phase: 'in'; readonly session: SessionView };

/** Present account of the page. */
export const account = signal<Account>({ phase: 'asking' });
/** Who is signed in; null: nobody. */
export const session = computed(() => (account.value.phase === 'in' ? account.value.session : null));

/** A screen on a wall has nobody to press "try again". */
const RETRY_MS = 5000;
/** What somebody may can change while a page is open; asking also exchanges the token of an old session. */
const AGAIN_MS = 120_000;
/** Whether this browser was a screen on a wall when it was last let in. */
const KIOSK = 'tailwatch.kiosk';

let retry: number | undefined;

/** Asks the server whether the cookie still stands; tries again until it says. */
export async function askSession(): Promise<void> {
  try {
    enter(await ask('/api/session', SessionView));
  } catch (error) {
    if (isSignedOut(error)) leave({ ended: false });
    else tryAgain(error, () => void askSession());
  }
}

/** The server did not say who we are: it is asked again for as long as it does not. */
export function tryAgain(error: unknown, again: () => void): void {
  clearTimeout(retry);
  account.value = { phase: 'failed', code: codeOf(error), again };
  retry = window.setTimeout(again, RETRY_MS);
}

/** Asks again what the present account may; while the server is away it stays as it was. */
export async function askAgain(): Promise<void> {
  if (account.value.phase !== 'in' && account.value.phase !== 'revoked') return;
  await ask('/api/session', SessionView).then(enter, noticeSignedOut);
}

/** Keeps asking, for as long as the page is open. */
export function followSession(): void {
  setInterval(() => void askAgain(), AGAIN_MS);
}

/** Signs in; gives the code of the refusal, or undefined when it worked. */
export async function signIn(given: {
  readonly name: string;
  readonly password: string;
  readonly code?: string;
}): Promise<string | undefined> {
  try {
    enter(await ask('/api/session', SessionView, { method: 'POST', body: given }));
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

/** Takes what the server says of who is signed in. */
export function enter(next: SessionView): void {
  clearTimeout(retry);
  keep(KIOSK, next.kind === 'kiosk' ? 'yes' : null);
  const { value } = account;
  if (value.phase === 'in' && JSON.stringify(value.session) === JSON.stringify(next)) return;
  account.value = { phase: 'in', session: next };
}

/** Signs out; the page forgets everything even when the server cannot be reached. */
export async function signOut(): Promise<void> {
  await ask('/api/session', null, { method: 'DELETE' }).catch(() => undefined);
  account.value = { phase: 'out', ended: false };
}

/** From now on this browser is no screen on a wall: it may show the sign-in form. */
export function forgetKiosk(): void {
  keep(KIOSK, null);
  account.value = { phase: 'out', ended: false };
}

function leave(how: { readonly ended: boolean }): void {
  account.value = kept(KIOSK) === null ? { phase: 'out', ...how } : { phase: 'revoked' };
}

/** To be called with every failed request: a session that ended shows the sign-in form, and says why; what one may is asked anew once it was refused. */
export function noticeSignedOut(error: unknown): boolean {
  if (error instanceof ApiFault && CHANGED.has(error.code)) void askAgain();
  if (!isSignedOut(error)) return false;
  if (account.value.phase === 'in') leave({ ended: true });
  return true;
}

/** Refusals that tell that this page is wrong about what may be done. */
const CHANGED: ReadonlySet<string> = new Set(['access/denied', 'session/password-change-required']);

export const codeOf = (error: unknown): string => (error instanceof ApiFault ? error.code : 'unexpected-reply');
