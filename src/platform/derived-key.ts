import { hkdfSync } from 'node:crypto';

/** A key of its own for each purpose, 32 bytes, derived (HKDF-SHA256, RFC 5869) from SECRET_KEY. */
export const derivedKey = (secretKey: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secretKey, '', `tailwatch ${purpose}`, 32));
