import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** As mosquitto does it. A device's password is 24 random bytes: that none can be guessed is not the hash's work. */
const ITERATIONS = 101;
const SALT_BYTES = 12;
const HASH_BYTES = 64;

/** A password as long as nobody can guess: 24 random bytes, safe in a URL and on a command line. */
export const newDevicePassword = (): string => randomBytes(24).toString('base64url');

/**
 * The hash of a password as it stands in a password file of mosquitto, with a salt of its own: `$7$101$SALT$HASH`,
 * PBKDF2 with SHA-512.
 */
export function hashDevicePassword(password: string): string {
  const salt = randomBytes(SALT_BYTES);
  const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, 'sha512');
  return `$7$${String(ITERATIONS)}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** A hash that no password has: what an unknown name is checked against, so that it takes as long. */
export const DEVICE_HASH_OF_NOBODY = `$7$${String(ITERATIONS)}$${Buffer.alloc(SALT_BYTES).toString('base64')}$${Buffer.alloc(HASH_BYTES).toString('base64')}`;

/** Whether a password, as it came, is the hashed one: a tenth of a millisecond. A hash that is not ours is nobody's. */
export function isDevicePassword(given: Uint8Array, stored: string): boolean {
  const match = /^\$7\$(\d{1,6})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/.exec(stored);
  if (match === null) return false;
  const [, iterations, salt = '', hash = ''] = match;
  const expected = Buffer.from(hash, 'base64');
  const made = pbkdf2Sync(given, Buffer.from(salt, 'base64'), Number(iterations), HASH_BYTES, 'sha512');
  return made.length === expected.length && timingSafeEqual(made, expected);
}
