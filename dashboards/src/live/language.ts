import { computed, effect, signal } from '@preact/signals';
import { keep, kept } from './kept.ts';
import { LANGUAGES, LOCALE, sayIn } from '../words/say.ts';
import type { Language } from '../words/say.ts';

const KEY = 'tailwatch.language';

function remembered(): Language {
  const stored = kept(KEY);
  return LANGUAGES.find((language) => language === stored) ?? LANGUAGES[0];
}

const language = signal<Language>(remembered());

/** Words in the language chosen; a component that reads it follows the switch. */
export const say = computed(() => sayIn(language.value));

/** Switches between the two languages and remembers it for this browser. */
export function switchLanguage(): void {
  language.value = language.value === 'zh' ? 'en' : 'zh';
  keep(KEY, language.value);
}

effect(() => {
  document.documentElement.lang = LOCALE[language.value];
});
