import { knownKey } from '../words/say.ts';
import type { Say } from '../words/say.ts';

/** What went wrong, in words; a code this page does not know is shown as it is. The input that was wrong is named. */
export function problemText(say: Say, code: string, field?: string): string {
  const key = knownKey('problem', code);
  const text = key === undefined ? say('problem.other', { code }) : say(key);
  if (field === undefined || code !== 'request/invalid') return text;
  const known = knownKey('field', field);
  return say('problem.inField', { field: known === undefined ? field : say(known) });
}
