import { en } from './en.ts';
import { zh } from './zh.ts';
import type { WordKey } from './zh.ts';

/** Languages of the page; the first is the default. */
export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What stands in `<html lang>` and chooses date formats. */
export const LOCALE: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en' };

type Values = Readonly<Record<string, string | number>>;

/** Gives the words of a key, its `{names}` filled in. */
export interface Say {
  (key: WordKey, values?: Values): string;
  readonly language: Language;
}

const DICTIONARIES: Readonly<Record<Language, Record<WordKey, string>>> = { zh, en };

/** The words of one language; `{count|reading|readings}` is one of the two by number. A name without a value stays as written, so that a test sees it. */
export function sayIn(language: Language): Say {
  const words = DICTIONARIES[language];
  const say = (key: WordKey, values: Values = {}): string =>
    words[key].replaceAll(
      /\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g,
      (whole, name: string, one?: string, many?: string) =>
        one === undefined || many === undefined ? String(values[name] ?? whole) : values[name] === 1 ? one : many,
    );
  return Object.assign(say, { language });
}

/** The key `<prefix>.<name>` when there is one: for names that a newer server may have added to. */
export function knownKey(prefix: string, name: string): WordKey | undefined {
  const key = `${prefix}.${name}`;
  return Object.hasOwn(zh, key) ? (key as WordKey) : undefined;
}

/** Words for a name the server gave, or the name itself when this page does not know it. */
export function sayName(say: Say, prefix: string, name: string): string {
  const key = knownKey(prefix, name);
  return key === undefined ? name : say(key);
}
