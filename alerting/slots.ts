import type { WarningLevel } from '../src/core/level.ts';
import type { Purpose } from '../src/core/purpose.ts';
import type { Order } from './broadcast/broadcast-words.ts';
import type { Callout } from './callout.ts';
import type { NoticeKind } from './callout-event.ts';
import { slotsAnnounced } from './drill-words.ts';
import { headline, presentLevel } from './message.ts';
import { PHRASES } from './phrases.ts';
import type { CalloutPolicy, Words } from './policy.ts';

/** What is said to people, each by an approved template of its own, with the variables that one has, in this order. */
export const TEMPLATE_SLOTS = {
  'call': ['site', 'level', 'place', 'code'],
  'news': ['site', 'level', 'place'],
  'cleared': ['site'],
  'released': ['site'],
  'proof': ['site', 'code'],
  'gaps': ['site', 'count', 'first'],
  'evacuation': ['site', 'route', 'assembly'],
  'evacuation-drill': ['site', 'route', 'assembly'],
} as const satisfies Readonly<Record<Purpose, readonly string[]>>;

/** What is called for. */
export const CALL_PURPOSES = ['call', 'proof', 'evacuation', 'evacuation-drill'] as const satisfies readonly Purpose[];
/** What is written for. */
export const TEXT_PURPOSES = [
  'call',
  'news',
  'cleared',
  'released',
  'gaps',
  'evacuation',
  'evacuation-drill',
] as const satisfies readonly Purpose[];

/** What one call or message says, in the few words that an approved template has room for. */
export interface Slots {
  readonly purpose: Purpose;
  /** By the names of its template's variables. */
  readonly values: Readonly<Record<string, string>>;
}

interface Asked {
  readonly level: WarningLevel;
  /** The digit to press, or the code to reply; '' of what asks for nothing. */
  readonly code: string;
  /** Of a message that asks for nothing: what it tells. */
  readonly kind?: NoticeKind;
}

/** The slots of an attempt at this level with this code, in Chinese: templates are approved in it. */
export function slotsOf(policy: CalloutPolicy, callout: Callout, { level, code, kind }: Asked): Slots {
  const { levels } = PHRASES.zh;
  // The words around a template's variables are the carrier's: the variables say whether it is a drill.
  const of = slotsAnnounced(policy, callout, { place: headline(policy, callout, 'zh'), kind });
  if (code !== '') return { purpose: 'call', values: { ...of, level: levels[level], code } };
  // No template names those who were not reached: the one of news says at least that it goes on, and at which level.
  const purpose = kind === undefined || kind === 'call-failed' || kind === 'overtaken' ? 'news' : kind;
  return { purpose, values: { ...of, level: levels[presentLevel(callout)] } };
}

/** The slots of an order to leave. What else is said with it has no room. */
export const orderSlots = ({ site, route, assembly, drill }: Order): Slots => ({
  purpose: drill ? 'evacuation-drill' : 'evacuation',
  values: { site: site.zh, route, assembly },
});

/** The slots of a call that proves a number. */
export const proofSlots = (site: Words, code: string): Slots => ({ purpose: 'proof', values: { site: site.zh, code } });

/** The slots of a message that tells of gaps in a roster. */
export const gapsSlots = (site: Words, count: number, first: string): Slots => ({
  purpose: 'gaps',
  values: { site: site.zh, count: String(count), first },
});

/** What counts, and stays whole. */
const NEVER_CUT: readonly string[] = ['level', 'code', 'count', 'first'];

/** The variables of the template in their order; names of places and ways are cut to `most` characters, and say so. */
export const filled = ({ purpose, values }: Slots, most: number): readonly (readonly [string, string])[] =>
  TEMPLATE_SLOTS[purpose].map((name) => {
    const value = values[name] ?? '';
    return [name, NEVER_CUT.includes(name) ? value : cut(value, most)] as const;
  });

/** Where it is cut, it says so. */
function cut(text: string, most: number): string {
  const letters = Array.from(text);
  return letters.length <= most ? text : `${letters.slice(0, Math.max(0, most - 1)).join('')}…`;
}
