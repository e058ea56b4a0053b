import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares digests, so that neither the time nor a length tells how near a guess was. */
export const isSameSecret = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

/** What an authorization header of the form `Bearer SECRET` holds. */
export const bearerIn = (header: string | undefined): string | undefined => /^Bearer (.+)$/.exec(header ?? '')?.[1];
