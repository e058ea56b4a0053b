import type { Level, WarningLevel } from '../src/core/level.ts';
import type { LevelCause } from '../src/core/level-change.ts';
import type { ReportSubject } from '../src/core/report.ts';
import type { Instant } from '../src/core/time.ts';
import type { OrderKind } from './order.ts';
import type { Medium, Words } from './policy.ts';

/** How one attempt ended. Named after what the phone did. */
export type Outcome =
  | 'confirmed'
  | 'replied'
  | 'no-answer'
  | 'busy'
  | 'voicemail'
  | 'failed'
  | 'hung-up'
  | 'wrong-digits'
  | 'cancelled'
  | 'raced'
  | 'delivered';

/** Ends that leave the person unreached. */
export type Miss = Extract<Outcome, 'no-answer' | 'busy' | 'voicemail' | 'failed' | 'hung-up'>;

/** A text message that was sent. */
export interface Message {
  readonly contactId: string;
  readonly level: WarningLevel;
  readonly code: string;
}

/** Where a level change comes from. Plain JSON: it is stored with what it says. */
export interface Source {
  readonly cause: LevelCause;
  /** When the reading was measured that its value is of. */
  readonly observedAt: Instant;
  /** When the change was committed. */
  readonly recordedAt: Instant;
}

/** What happens to a callout, without the time. Every one is safe twice and safe late. */
export type Happening =
  | {
      readonly type: 'level-changed';
      readonly target: string;
      readonly stateVersion: number;
      readonly to: Level;
      readonly value: number;
      readonly limit: number;
      /** False: one doubtful reading says so. It is no news until something agrees. */
      readonly verified: boolean;
      /** False: its limits are not approved, or its point is not in service. Nobody is called for it. */
      readonly guarded: boolean;
      /** Where it is known, it is said when it matters. */
      readonly source?: Source;
    }
  | { readonly type: 'blinded'; readonly position: number; readonly sensors: readonly number[] }
  /** Their data came back. */
  | { readonly type: 'sighted'; readonly position: number; readonly sensors: readonly number[] }
  /** What no sensor measured: a finding, a warning of the weather bureau. It stands until it is lowered. */
  | {
      readonly type: 'reported';
      readonly subject: ReportSubject | 'drill';
      readonly key: string;
      readonly level: WarningLevel;
      /** What is spoken first. */
      readonly words: Words;
      /** Its position in the log of reports. */
      readonly position: number;
    }
  | { readonly type: 'report-lowered'; readonly key: string; readonly to: Level; readonly position: number }
  /** Something of ours broke in a way that may hide a red: `key` tells one fault from another. */
  | { readonly type: 'system-fault'; readonly key: string }
  | { readonly type: 'time-passed' }
  | { readonly type: 'picked-up'; readonly attempt: number }
  | { readonly type: 'missed'; readonly attempt: number; readonly outcome: Miss }
  /** The carrier cannot be reached: the ladder goes on, the attempt stays open and is tried again. */
  | { readonly type: 'stalled'; readonly attempt: number }
  | { readonly type: 'digit'; readonly attempt: number; readonly digit: string }
  /** `message` is what was sent as that attempt, which the reducer may have forgotten. */
  | { readonly type: 'replied'; readonly attempt: number; readonly text: string; readonly message?: Message }
  | { readonly type: 'answered-on-screen'; readonly contactId: string }
  /** What he says after his answer, by message or link; by voice it is a `digit`. */
  | { readonly type: 'said'; readonly attempt: number; readonly what: Said; readonly message?: Message }
  /** `screen`: who answers there; `issuer`: on whose word, which is a response to what he has answered himself. */
  | {
      readonly type: 'responded';
      readonly by: string;
      readonly screen: string;
      readonly issuer: string;
      readonly order: OrderAsked;
    }
  | { readonly type: 'declined-on-screen'; readonly contactId: string }
  | {
      readonly type: 'head-counted';
      readonly order: number;
      readonly by: string;
      readonly expected: number | null;
      readonly accounted: number;
    }
  | { readonly type: 'order-done'; readonly order: number; readonly by: string; readonly note: string }
  /** Of a drill alone. */
  | { readonly type: 'drill-ended'; readonly why: DrillEnd; readonly by: string; readonly note: string }
  | ({ readonly type: 'released'; readonly by: string; readonly note: string } & ReleaseReasons);

/** Why a drill is over: something real took its place, a person stopped it, or it has lasted as long as it may. */
export type DrillEnd = 'real' | 'stopped' | 'over-time';

/** What somebody who was reached may say after his answer. */
export type Said = Exclude<OrderKind, 'patrol'> | 'declined' | 'wrong-person';

/** An order as it is entered. */
export interface OrderAsked {
  readonly kind: OrderKind;
  readonly scope: string;
  readonly route: string | null;
  readonly dueAt: Instant | null;
  readonly expected: number | null;
}

/** With what a callout is closed, besides a note. */
export interface ReleaseReasons {
  /** Who looked, and what was found. Owed for orange and red. */
  readonly inspection?: string | undefined;
  /** Why it is closed although orders are not done. */
  readonly openOrders?: string | undefined;
}

/** A happening, when it happened, and a random number from the shell that codes are drawn from. */
export type CalloutEvent = Happening & { readonly at: Instant; readonly seed: number };

/** What is told without asking for an answer: news, that readings fell back, that it is over, that a drill is none any more. */
export type NoticeKind = 'news' | 'cleared' | 'released' | 'call-failed' | 'overtaken';

/** What the shell has to do, written in the transaction of the state. */
export type Effect =
  | {
      readonly type: 'contact';
      readonly attempt: number;
      readonly contactId: string;
      readonly medium: Medium;
      /** Which of the person's numbers; 0 is the first. */
      readonly line: number;
      readonly level: WarningLevel;
      readonly code: string;
      readonly say: Words;
      /** Not sooner: the person still has the telephone of another call in his hand. Absent: now. */
      readonly notBefore?: Instant;
    }
  /** A message that asks for no answer. */
  | {
      readonly type: 'inform';
      readonly attempt: number;
      readonly contactId: string;
      readonly line: number;
      readonly level: WarningLevel;
      readonly kind: NoticeKind;
      readonly say: Words;
    }
  /** Hang up, or do not call at all: nobody has to be reached by this one any more. */
  | {
      readonly type: 'cancel';
      readonly attempt: number;
      /** `freed`: he has answered, and still listens to what he may say besides; his line is wanted for another call. */
      readonly why: 'answered' | 'superseded' | 'released' | 'freed';
    }
  /** Somebody else answered at the number of this attempt. */
  | { readonly type: 'suspend'; readonly attempt: number }
  /** It is over by itself. */
  | { readonly type: 'close'; readonly attempt: number; readonly outcome: Outcome };

/** What everybody may read afterwards. Never a telephone number, never a code. */
export type NoteType =
  | 'opened'
  | 'level-added'
  | 'follow-up'
  | 'attempt-queued'
  | 'attempt-status'
  | 'wrong-digit'
  | 'wrong-reply'
  | 'redial'
  /** Somebody was sent a message that asks for no answer. */
  | 'informed'
  /** Blue or yellow within quiet hours: nobody is called before their end. */
  | 'quiet-hours'
  /** Nobody stands on a rung: it was skipped. */
  | 'duty-gap'
  /** All rounds that a ladder has were made, and nobody has answered who may: somebody has to go to their doors. It calls on. */
  | 'call-failed'
  | 'answered'
  | 'all-answered'
  /** A key after the answer, by voice or message. */
  | 'key'
  | 'responded'
  /** Nobody has said in time what is done, or what was ordered was not reported done. */
  | 'no-response'
  | 'declined'
  /** Somebody else answered: the number is suspended. Nobody is reached there any more. */
  | 'wrong-person'
  | 'head-counted'
  | 'order-done'
  | 'blinded'
  | 'report-lowered'
  | 'released'
  /** A drill is over without having been closed by a person. */
  | 'drill-ended'
  | 'raced'
  /** A carrier did not take a call or message, or took it and was silent: the next one is asked. */
  | 'carrier-failed'
  /** Whoever asked a carrier died before its answer, and it keeps no key: the phone may ring twice. */
  | 'outcome-unknown'
  /** A call of another site to the same number speaks for this one as well. */
  | 'carried'
  | 'parked'
  /** The database is away: one process calls from its disk. */
  | 'dark-began'
  /** It is back, and has what was done meanwhile. */
  | 'dark-ended'
  /** The callout cannot be read any more: it is ended, and another one calls in its place. */
  | 'unreadable'
  /** A level was reached that nobody is called for: its limits are not approved, or its point is not in service. Of no callout. */
  | 'engineer-told'
  /** Of the alarm list, on the record of the callout that is open; it changes nothing of it. */
  | 'alarm-shelved'
  | 'alarm-unshelved'
  | 'alarm-shelf-over'
  | 'alarm-seen-over'
  /** Of an accident that was declared, of no callout: `due` and `overdue` say whom nobody has told. */
  | 'accident-declared'
  | 'accident-amended'
  | 'accident-told'
  | 'accident-closed'
  | 'accident-due'
  | 'accident-overdue';

export interface Note {
  readonly type: NoteType;
  readonly facts: Readonly<Record<string, unknown>>;
}
