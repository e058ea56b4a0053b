import type { Callout } from './callout.ts';
import { headline } from './message.ts';
import { PHRASES } from './phrases.ts';
import type { CalloutPolicy } from './policy.ts';
import type { WarningLevel } from '../src/core/level.ts';

/** What one attempt says, in the few words that an approved template has room for. */
export interface Slots {
  readonly site: string;
  readonly level: string;
  /** What it is about. */
  readonly place: string;
  /** The digit to press, or the code to reply. */
  readonly code: string;
}

/** The slots of an attempt at this level with this code, in Chinese: templates are approved in it. */
export const slotsOf = (
  policy: CalloutPolicy,
  callout: Callout,
  { level, code }: { readonly level: WarningLevel; readonly code: string },
): Slots => ({
  site: policy.siteName.zh,
  level: PHRASES.zh.levels[level],
  place: headline(policy, callout, 'zh'),
  code,
});

/** Site and place cut to so many characters; level and code are what counts and stay whole. */
export const cutSlots = (slots: Slots, most: number): Slots => ({
  ...slots,
  site: cut(slots.site, most),
  place: cut(slots.place, most),
});

/** Where it is cut, it says so. */
function cut(text: string, most: number): string {
  const letters = Array.from(text);
  return letters.length <= most ? text : `${letters.slice(0, Math.max(0, most - 1)).join('')}…`;
}
