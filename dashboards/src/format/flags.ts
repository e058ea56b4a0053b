import { sayName } from '../words/say.ts';
import type { Say } from '../words/say.ts';

/** Why a reading is doubtful, in words; one this page does not know is shown as it came. */
export const flagNames = (say: Say, flags: readonly string[]): string =>
  flags.map((flag) => sayName(say, 'flag', flag)).join(say('list.separator'));
