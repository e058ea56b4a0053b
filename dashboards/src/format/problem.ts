import { knownKey } from '../words/say.ts';
import type { Say } from '../words/say.ts';

/** What went wrong, in words; a code this page does not know is shown as it is. The input that was wrong is named. */
export function problemText(say: Say, code: string, field?: string): string {
  const key = knownKey('problem', code);
  const text = key === undefined ? say('problem.other', { code }) : say(key);
  if (field === undefined || code !== 'request/invalid') return text;
  const known = fieldKey(field);
  return say('problem.inField', { field: known === undefined ? field : say(known) });
}

/** The words for an input, else for what it is a part of; a place in a list is no name. */
function fieldKey(field: string): ReturnType<typeof knownKey> {
  const parts = field.split('.').filter((part) => !/^\d+$/.test(part));
  const longestFirst = parts.map((_part, i) => parts.slice(0, parts.length - i).join('.'));
  return longestFirst.map((name) => knownKey('field', name)).find((key) => key !== undefined);
}
