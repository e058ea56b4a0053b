import type { JSX } from 'preact';
import { say, switchLanguage } from '../live/language.ts';
import { LOCALE } from '../words/say.ts';

/** Switches to the other language, whose name it shows in that language. */
export function LanguageSwitch(): JSX.Element {
  const words = say.value;
  const other = words.language === 'zh' ? 'en' : 'zh';
  return (
    <button
      type="button"
      class="button button-quiet"
      lang={LOCALE[other]}
      title={words('language.switchLabel')}
      onClick={switchLanguage}
    >
      {words('language.switch')}
    </button>
  );
}
