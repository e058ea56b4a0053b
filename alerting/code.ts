import type { Medium } from './policy.ts';

/**
 * Draws what has to be pressed (one digit, 1 to 9) or replied (four digits, not beginning with 0).
 * A reply code is none of `taken`: of two messages to one phone the reply says which is meant.
 */
export function drawCode(medium: Medium, seed: number, number: number, taken: readonly string[]): string {
  const drawn = mix(seed, number);
  if (medium === 'voice') return String(1 + (drawn % 9));
  for (let i = 0; i < 9000; i++) {
    const code = String(1000 + ((drawn + i) % 9000));
    if (!taken.includes(code)) return code;
  }
  return String(1000 + (drawn % 9000));
}

/** People write the code, perhaps a time and a telephone extension; whoever writes more such numbers is guessing. */
const CODES_IN_A_REPLY = 3;

/**
 * Whether a reply, as people type it (full-width digits, spaces, words around it), contains the code as a number of its own.
 * A text full of numbers that might be codes contains none.
 */
export function repliesWith(text: string, code: string): boolean {
  // What asks for no answer has none.
  if (code === '') return false;
  const plain = text.normalize('NFKC');
  const numbers: readonly string[] = plain.match(/\d+/g) ?? [];
  if (numbers.filter(({ length }) => length === code.length).length > CODES_IN_A_REPLY) return false;
  const spelled = /^\D*\d(?:\s*\d)*\D*$/u.test(plain) ? plain.replaceAll(/\D/gu, '') : '';
  return numbers.includes(code) || spelled === code;
}

/** Whether a wrong reply may have been a guess: "received" is none, however often it is said. */
export const isGuess = (text: string): boolean => /\d/.test(text.normalize('NFKC'));

/** Whether the key that was pressed is the one that was asked for. */
export const isPressed = (digit: string, code: string): boolean => digit.normalize('NFKC').trim() === code;

/** Spreads a seed over 32 bits (the finaliser of MurmurHash3), differently for every attempt. */
function mix(seed: number, number: number): number {
  let x = (seed ^ Math.imul(number, 0x9e37_79b1)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
