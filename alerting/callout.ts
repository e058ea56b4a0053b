import type { Level, WarningLevel } from '../src/core/level.ts';
import type { ReportSubject } from '../src/core/report.ts';
import type { Instant } from '../src/core/time.ts';
import type { DrillEnd, Source } from './callout-event.ts';
import { orderDueAt } from './order.ts';
import type { Order } from './order.ts';
import type { Duty, Medium, StoredRung, Words } from './policy.ts';

/** Somebody said "I have it". Never taken back. */
export interface Answer {
  readonly contactId: string;
  /** The gravest level it settled; `null`: it settled none, and only says that he has seen it. */
  readonly level: WarningLevel | null;
  /** The level that was put to him: spoken, written, or the gravest on the page. */
  readonly asked: WarningLevel;
  /** The call or message it was given to; `null` on the page. */
  readonly attempt: number | null;
  readonly medium: Medium | 'screen';
  readonly at: Instant;
  /** Number of the newest news he was told. */
  readonly told: number;
}

/** A rung that was tried: whom it meant then, and when they are called again. */
export interface Ringing {
  /** Index into `rungs`. */
  readonly rung: number;
  /** `tried` of the run when it began. */
  readonly tried: number;
  readonly people: readonly string[];
  /** Those of them who have answered, so that this rung calls them no more. */
  readonly done: readonly string[];
  /** How often its people have been called. */
  readonly made: number;
  readonly lastAt: Instant;
  /** `null`: it calls them no more. */
  readonly nextAt: Instant | null;
}

/**
 * One level's ladder being climbed. `follow-up` is news at a level that was answered before; `no-response`: it was answered,
 * and nothing was done in time; `declined`: who answered has said that he cannot.
 */
export interface Run {
  readonly kind: 'level' | 'follow-up' | 'no-response' | 'declined';
  readonly level: WarningLevel;
  readonly answeredBy: readonly Duty[];
  readonly rungs: readonly [StoredRung, ...StoredRung[]];
  /** Number of the news that began it: a call that did not tell this news cannot settle it. */
  readonly news: number;
  /** How many rungs have been tried; the present one is `(tried - 1) % rungs.length`. */
  readonly tried: number;
  /** When the next rung is tried. Never moves later while unanswered, save by trying the next rung, or to the end of quiet hours. */
  readonly deadline: Instant;
  /** The rungs that have been tried, each as it was last. Absent: none, or it was stored before several could stand on one. */
  readonly ringing?: readonly Ringing[];
  /** Who has answered for it, and was told what began it. One of them settles it, or everyone on a rung together. */
  readonly heard?: readonly string[];
  /** Who is not called by it: they have said that they cannot. Absent: nobody. */
  readonly without?: readonly string[];
  /** After how many rounds it is on record that the callout fails; absent: never. */
  readonly giveUpAfterRounds?: number;
  readonly answered: { readonly contactId: string; readonly medium: Medium | 'screen'; readonly at: Instant } | null;
  /** Answered, and until then somebody has to say what is done. Absent or `null`: nothing is owed. */
  readonly respondBy?: Instant | null;
  /** When he who had answered said that he cannot. His answer stays on record and settles nothing any more. */
  readonly withdrawn?: Instant;
}

/** One phone being tried, as the reducer knows it; `number` is unique in the callout. */
export interface Attempt {
  readonly number: number;
  /** Indices into `runs`: what this one call carries. */
  readonly runs: readonly number[];
  readonly contactId: string;
  readonly medium: Medium;
  /** A call to one who has answered something milder that it is red now. It is for no ladder, and made once. */
  readonly confirms?: boolean;
  /** It tells that these were not reached: the callout fails. Like one that confirms it is for no ladder, and made once. */
  readonly failed?: readonly string[];
  /** When the right key was pressed; absent: it was not, or before this was kept. */
  readonly confirmedAt?: Instant;
  /** Which of the person's numbers: 0, the first, where it is absent. */
  readonly line?: number;
  /** The level that is spoken: an answer counts for it and what is milder, never for what is graver. */
  readonly level: WarningLevel;
  /** The digit (voice) or reply code (SMS) drawn for this attempt; empty: it asks for no answer. */
  readonly code: string;
  /** Number of the newest news its text tells. */
  readonly told: number;
  /** Wrong keys of this call, or wrong replies since this message. */
  readonly wrongDigits: number;
  readonly open: boolean;
  readonly confirmed: boolean;
  readonly pickedUp: boolean;
  /** Nothing is to be hoped for from it: the carrier does not answer, or knows no such number. */
  readonly dead?: boolean;
  /** Until then another run that wants the same person shares this call instead of ringing twice. */
  readonly sharedUntil: Instant;
  /** After three wrong digits: when the same phone is tried again. */
  readonly redialAt: Instant | null;
  /** What he may say after his answer; `over`: the line is dead, or he has said that it is not for him. Absent: not asked. */
  readonly menu?: 'asked' | 'evacuate-once' | 'over';
  /** How often a message without the code was answered by one that asks for it. */
  readonly hints?: number;
}

/** Why somebody is called: a target that rose, what was reported, eyes that were lost, or a fault of our own. */
export interface News {
  readonly number: number;
  readonly subject: 'target' | 'report' | 'blindness' | 'system';
  readonly level: WarningLevel;
  /** Index of the run that has to tell it. */
  readonly run: number;
  /** The target; for a report its key; for blindness the ids of the sensors, with commas; for a system fault its key. */
  readonly about: string;
  /** Number of the newest attempt when it came: any later one tells it. */
  readonly after: number;
}

/** What the callout knows of one target. */
export interface TargetState {
  /** Newest state version seen: what is not newer is old news. */
  readonly version: number;
  /** The level at which it stands. */
  readonly level: Level;
  /** The gravest level that stands and that people are called for, where it is not `level`: that is unverified, or unguarded. */
  readonly counts?: Level;
  readonly value: number;
  readonly limit: number;
  /** The gravest level calls have been made for since it last was normal; what is graver is news. */
  readonly called: Level;
  /** The gravest people are called for that it has reached during this callout, with what was measured then. */
  readonly worst: Reached | null;
  /** The gravest that people were called for while the database was away, and up to which observation. Absent: none. */
  readonly heard?: { readonly level: Level; readonly until: Instant };
}

export interface Reached {
  readonly level: WarningLevel;
  readonly value: number;
  readonly limit: number;
  /** Absent where it is not known: stored before it was kept, or told by another way than the log. */
  readonly source?: Source;
}

/** The level people are called for that stands at a target. */
export const standing = ({ level, counts = level }: TargetState): Level => counts;

/** What the callout knows of one report: what a target is to it, but nothing was measured. */
export interface ReportState {
  readonly subject: ReportSubject | 'drill';
  /** Newest position of the log of reports: what is not newer is old news. */
  readonly position: number;
  /** The level at which it stands. */
  readonly level: Level;
  /** The gravest level calls have been made for since it last was normal; what is graver is news. */
  readonly called: Level;
  /** The gravest that was reported during this callout. */
  readonly worst: WarningLevel;
  readonly words: Words;
}

/** The state of a site's one callout. */
export interface Callout {
  readonly phase: 'calling' | 'answered' | 'responding' | 'released';
  readonly runs: readonly Run[];
  /** All open ones and the latest closed ones: a late digit still finds its call. */
  readonly attempts: readonly Attempt[];
  readonly answers: readonly Answer[];
  /** What people have said that is done. Absent: nothing yet. */
  readonly orders?: readonly Order[];
  /** Telephone numbers at which somebody else answered. Absent: none. */
  readonly wrongNumbers?: readonly string[];
  readonly news: readonly News[];
  readonly covered: Readonly<Record<string, TargetState>>;
  /** By their keys; absent: none, or stored before there were any. */
  readonly reports?: Readonly<Record<string, ReportState>>;
  /** Ids of the sensors that were lost while it was open and have not come back; absent: none. */
  readonly blind?: readonly number[];
  /** When those who are awake were last told of news by message, and when they are told the rest. Absent: never. */
  readonly awake?: { readonly at: Instant | null; readonly due: Instant | null };
  /** Those who were called have been told that readings fell back, and nothing has risen since. */
  readonly clearTold?: boolean;
  /** A drill ran when it was opened, or just before: every text says that this is none. */
  readonly overtook?: true;
  /** Of a drill that was not closed by a release. */
  readonly drillEnded?: DrillEnd;
  /** Newest position of the visibility log taken in. */
  readonly visibilitySeen: number;
}

/**
 * The callout's next date with time: a rung, a call on one, a redial, a message to those who are awake, a response or an order
 * that is owed. `null` while nothing is.
 */
export function dueAt(callout: Callout): Instant | null {
  if (callout.phase === 'released') return null;
  const open = callout.runs.filter(({ answered }) => answered === null);
  const deadlines = open.flatMap(({ deadline, ringing = [] }) => [
    deadline,
    ...ringing.flatMap(({ nextAt }) => nextAt ?? []),
  ]);
  const redials = callout.attempts.flatMap((attempt) => (attempt.redialAt === null ? [] : [attempt.redialAt]));
  const responses = callout.runs.flatMap(({ respondBy = null }) => (respondBy === null ? [] : [respondBy]));
  const orders = (callout.orders ?? []).flatMap((order) => orderDueAt(order) ?? []);
  return [
    ...(callout.phase === 'calling' ? [...deadlines, ...redials] : []),
    ...responses,
    ...orders,
    callout.awake?.due ?? null,
  ].reduce<Instant | null>((first, at) => (at === null || (first !== null && first <= at) ? first : at), null);
}
