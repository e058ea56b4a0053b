import type { Level, WarningLevel } from '../src/core/level.ts';
import type { Instant } from '../src/core/time.ts';
import type { Duty, Medium, Rung } from './policy.ts';

export interface Answer {
  readonly contactId: string;
  readonly level: WarningLevel;
  readonly medium: Medium | 'screen';
  readonly at: Instant;
}

/** One level's ladder being climbed. `follow-up` is news at a level that was answered before. */
export interface Run {
  readonly kind: 'level' | 'follow-up';
  readonly level: WarningLevel;
  readonly answeredBy: readonly Duty[];
  readonly rungs: readonly [Rung, ...Rung[]];
  /** How many rungs have been tried; the present one is `(tried - 1) % rungs.length`. */
  readonly tried: number;
  /** When the next rung is tried. Never moves later while unanswered, save by trying the next rung. */
  readonly deadline: Instant;
  readonly answered: { readonly contactId: string; readonly at: Instant } | null;
}

/** One phone being tried, as the reducer knows it; `number` is unique in the callout. */
export interface Attempt {
  readonly number: number;
  /** Index into `runs`. */
  readonly run: number;
  readonly contactId: string;
  readonly medium: Medium;
  readonly level: WarningLevel;
  /** The digit (voice) or reply code (SMS) drawn for this attempt. */
  readonly code: string;
  readonly wrongDigits: number;
  readonly open: boolean;
  /** After three wrong digits: when the same phone is tried again. */
  readonly redialAt: Instant | null;
}

/** The state of a site's one callout. */
export interface Callout {
  readonly phase: 'calling' | 'answered' | 'released';
  readonly runs: readonly Run[];
  readonly attempts: readonly Attempt[];
  readonly answers: readonly Answer[];
  /** Level of each target that calls have been made for; what is graver, or new, is news. */
  readonly covered: Readonly<Record<string, Level>>;
}
