import type { Word } from './recipient.ts';

const BY_DIGIT: Readonly<Record<string, Word>> = { 1: 'safe', 2: 'en-route', 3: 'refused' };

/** What a key says; null: nothing. */
export const wordOfKey = (digit: string): Word | null => BY_DIGIT[digit.normalize('NFKC').trim()] ?? null;

// In this order: who writes "not safe" is not safe, whatever else he writes.
const BY_WORDS: readonly (readonly [RegExp, Word])[] = [
  [
    /不|没|未|别|无法|困|救|帮|受伤|\b(?:no|not|never|cannot|can't|cant|won't|wont|help|refuse|stuck|trapped|injured|hurt)\b/u,
    'refused',
  ],
  [
    /路上|途中|在走|正在(?:走|撤|往|赶|前往|路)|出发|撤离中|\b(?:on (?:my|our|the) way|leaving|en route)\b/u,
    'en-route',
  ],
  [/安全|已到|到了|到达|已撤|撤离完|\b(?:safe|arrived)\b/u, 'safe'],
];

/**
 * What a text message says, as people type it: one digit (full-width too), words, or both when they agree. Null: nothing that
 * may be relied on, such as a number that may be a head-count; "received" is no word: it does not say where somebody is.
 */
export function wordOfText(text: string): Word | null {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/没事|没问题|no problem/gu, ' ');
  const numbers: readonly string[] = plain.match(/\d+/gu) ?? [];
  const spoken = BY_WORDS.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
  if (spoken === 'refused') return spoken;
  const [first] = numbers;
  if (first === undefined) return spoken;
  const keyed = numbers.every((number) => number === first) ? wordOfKey(first) : null;
  if (keyed === null) return numbers.some((number) => number.length > 3) ? null : spoken;
  const bare = plain.replaceAll(/\d|\p{P}|\p{S}|\s/gu, '') === '';
  return bare || keyed === spoken ? keyed : null;
}
