import { createHmac, timingSafeEqual } from 'node:crypto';

/** The piece of a webhook's path that only the vendor is told: nothing of the key it is made from can be read out of it. */
export const secretPath = (secret: string): string =>
  createHmac('sha256', secret).update('webhook').digest('base64url').slice(0, 32);

/** Whether a URL ends with that piece. */
export function isSecretPath(url: string, secret: string): boolean {
  const given = Buffer.from(new URL(url).pathname.split('/').at(-1) ?? '');
  const due = Buffer.from(secretPath(secret));
  return given.length === due.length && timingSafeEqual(given, due);
}
