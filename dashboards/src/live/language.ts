import { computed, effect, signal } from '@preact/signals';
import { LANGUAGES, LOCALE, sayIn } from '../words/say.ts';
import type { Language } from '../words/say.ts';

const KEY = 'tailwatch.language';

function remembered(): Language {
  try {
    const stored = localStorage.getItem(KEY);
    return LANGUAGES.find((language) => language === stored) ?? LANGUAGES[0];
  } catch {
    return LANGUAGES[0];
  }
}

const language = signal<Language>(remembered());

/** Words in the language chosen; a component that reads it follows the switch. */
export const say = computed(() => sayIn(language.value));

/** Switches between the two languages and remembers it for this browser. */
export function switchLanguage(): void {
  language.value = language.value === 'zh' ? 'en' : 'zh';
  try {
    localStorage.setItem(KEY, language.value);
  } catch {
    // A browser that keeps nothing still shows the language until it is closed.
  }
}

effect(() => {
  document.documentElement.lang = LOCALE[language.value];
});
