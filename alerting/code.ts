import type { Medium } from './policy.ts';

/** None that means something afterwards: who presses twice has answered and said nothing more, and a machine that presses 1 has not. */
const DRAWN = [4, 5, 6, 7] as const;

/**
 * Draws what has to be pressed (one digit, 4 to 7) or replied (four digits, not beginning with 0).
 * A reply code is none of `taken`: of two messages to one phone the reply says which is meant.
 */
export function drawCode(medium: Medium, seed: number, number: number, taken: readonly string[]): string {
  const drawn = mix(seed, number);
  if (medium === 'voice') return String(DRAWN[drawn % DRAWN.length]);
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

/**
 * The keys that a message says beside its code, or alone: of `4711 1` the 1, of `33` both. A number within a sentence is no
 * key: "crack at section 3" orders nobody out.
 */
export function keysIn(text: string, code: string): readonly string[] {
  const rest = text
    .normalize('NFKC')
    .replace(code, ' ')
    .replaceAll(/收到|回复|reply|[\s\p{P}]/giu, '');
  if (rest === '33') return ['3', '3'];
  return /^[12389]$/u.test(rest) ? [rest] : [];
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
