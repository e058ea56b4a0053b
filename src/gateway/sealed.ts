import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { derivedKey } from '../platform/derived-key.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals what has to be read again, with a key that does not stand in the database. */
export interface Sealer {
  seal(plain: Uint8Array): Buffer;
  /** null: sealed with another key, or altered. */
  open(sealed: Uint8Array): Buffer | null;
}

/** AES-256-GCM under a key of its own for each purpose. */
export function sealer(secretKey: string, purpose: string): Sealer {
  const key = derivedKey(secretKey, purpose);
  return {
    seal(plain) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed) {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}
