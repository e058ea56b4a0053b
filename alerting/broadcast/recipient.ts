import type { Standing } from '../../src/core/evacuation.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';

/** How a broadcast goes on by itself. Kept with it: what is running is not changed by a new setting. */
export interface BroadcastPlan {
  /** How often all numbers of a person are called before somebody has to go to the door. */
  readonly rounds: number;
  /** From the end of one round to the next. */
  readonly repeatMs: DurationMs;
  /** Without a word for so long somebody has to go to the door, even while calls go on. */
  readonly doorAfterMs: DurationMs;
  /** Whoever said "on my way" is asked after so long whether he has arrived. */
  readonly arrivedAfterMs: DurationMs;
  /** A call of which nothing is heard for so long is over: its line and its person wait for nobody. */
  readonly silentCallMs: DurationMs;
}

/** A call that is asked for, or under way. */
interface Line {
  readonly try: number;
  /** Index of the number that is called. */
  readonly phone: number;
  /** When to stop waiting for word of it; null: the carrier has not taken it yet. */
  readonly silentAt: Instant | null;
  readonly wrongKeys: number;
}

/** One listed person, or household, as a broadcast knows it. */
export interface Recipient {
  readonly standing: Standing;
  /** How many numbers it has; with none, somebody has to go at once. */
  readonly phones: number;
  /** Calls and messages so far: each is a try of its own, and is never made twice. */
  readonly calls: number;
  readonly texts: number;
  readonly round: number;
  readonly line: Line | null;
  /** The call that comes next, when none is under way. */
  readonly next: { readonly phone: number; readonly at: Instant } | null;
  /** When somebody has to go to the door; null: decided, or not needed. */
  readonly doorAt: Instant | null;
}

/** Why a call brought no word. */
export type MissedCall = 'busy' | 'no-answer' | 'voicemail' | 'failed' | 'hung-up' | 'wrong-keys' | 'silent';

/** What a person says of himself, by key or by message. */
export type Word = 'safe' | 'en-route' | 'refused';

export type RecipientEvent = { readonly at: Instant } & (
  | { readonly type: 'ordered' }
  | { readonly type: 'handed-over'; readonly try: number }
  | { readonly type: 'missed'; readonly try: number; readonly why: MissedCall }
  | { readonly type: 'key'; readonly try: number; readonly word: Word | null }
  | { readonly type: 'replied'; readonly word: Word }
  | { readonly type: 'marked'; readonly standing: Standing }
  | { readonly type: 'time-passed' }
);

export type RecipientEffect =
  | { readonly type: 'call'; readonly try: number; readonly phone: number }
  | { readonly type: 'text'; readonly try: number; readonly phone: number }
  /** Nobody needs this call any more: it is not made, or hung up. */
  | { readonly type: 'cancel'; readonly try: number }
  /** The call ends by itself. */
  | { readonly type: 'close'; readonly try: number; readonly outcome: string };

/** Before the order: nobody was told anything. */
export const untold = (phones: number): Recipient => ({
  standing: 'at-risk',
  phones,
  calls: 0,
  texts: 0,
  round: 0,
  line: null,
  next: null,
  doorAt: null,
});

/** When the recipient has to be looked at again by itself; null: nothing is due. */
export function dueOf({ line, next, doorAt }: Recipient): Instant | null {
  const all = [line?.silentAt ?? null, next?.at ?? null, doorAt].filter((at) => at !== null);
  return all.length === 0 ? null : all.reduce((a, b) => (b < a ? b : a));
}
