import { createHash, randomBytes, randomInt } from 'node:crypto';

/** No letter or digit that is mistaken for another when it is read aloud or copied by hand. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Groups of five letters, joined by "-": about 25 bits each. */
export const spellable = (groups: number): string =>
  Array.from({ length: groups }, () =>
    Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
  ).join('-');

/** 256 bits, safe in a URL; for what no person types. */
export const opaqueSecret = (): string => randomBytes(32).toString('base64url');

/** What is stored of a secret that was drawn, not chosen: nobody guesses it, so that no slow hash is needed. */
export const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
