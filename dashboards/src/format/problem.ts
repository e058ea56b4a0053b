import { knownKey } from '../words/say.ts';
import type { Say } from '../words/say.ts';

/** What went wrong, in words; a code this page does not know is shown as it is. */
export function problemText(say: Say, code: string): string {
  const key = knownKey('problem', code);
  return key === undefined ? say('problem.other', { code }) : say(key);
}
