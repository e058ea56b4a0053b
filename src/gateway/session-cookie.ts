import type { CookieSerializeOptions } from '@fastify/cookie';
import { DAY, SECOND } from '../core/time.ts';
import { LASTS_MS } from './sessions.ts';

/** Browsers keep no cookie longer than 400 days; each visit of the page gives a screen on a wall a new one. */
const SCREEN_LASTS_MS = 400 * DAY;

/** No script reads it, no other site sends it along, and with `secure` it crosses no network readable. */
export const cookieOf = (secure: boolean, kind: 'person' | 'kiosk'): CookieSerializeOptions => ({
  path: '/',
  httpOnly: true,
  sameSite: 'strict',
  secure,
  maxAge: (kind === 'person' ? LASTS_MS : SCREEN_LASTS_MS) / SECOND,
});
