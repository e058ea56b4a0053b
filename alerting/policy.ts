import type { WarningLevel } from '../src/core/level.ts';
import type { DurationMs } from '../src/core/time.ts';
import type { RosterContent } from './roster/roster.ts';

export type Duty =
  | 'control-room'
  | 'duty-officer'
  | 'chief-engineer'
  | 'deputy-principal'
  | 'principal'
  | 'assigned-leader'
  | 'county-emergency'
  | 'city-emergency'
  | 'engineer-of-record'
  | 'responsible-tailings-engineer';
export type Medium = 'voice' | 'sms' | 'mail' | 'siren';
/** They are on the line until somebody hangs up; the others are sent and gone. */
export const LINES: readonly string[] = ['voice', 'siren'] satisfies readonly Medium[];

/** A text in both languages of the service. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface Contact {
  readonly id: string;
  readonly name: Words;
  readonly duty: Duty;
  /** The number that is tried first. */
  readonly phone: string;
  /** Numbers that are tried after it, in this order. */
  readonly otherPhones?: readonly string[] | undefined;
  /** Where mail reaches him; absent: nowhere. */
  readonly mail?: string | undefined;
  /** The siren that is called for him, by its name among the carriers. */
  readonly siren?: string | undefined;
}

/** Whom a rung means: whoever has a duty at that moment, one person, or the members of a group. */
export type Who = { readonly duty: Duty } | { readonly contactId: string } | { readonly group: string };

/** One step of the escalation: whom to reach, how, how often, and when the next one is tried. */
export interface Rung {
  readonly who: readonly Who[];
  /** All of them at once. */
  readonly media: readonly Medium[];
  /** Its people settle nothing before all of them have answered. */
  readonly everyone: boolean;
  /** The next rung is tried after so long. */
  readonly answerWithinMs: DurationMs;
  /** How often everybody on it is called before it has nothing left. */
  readonly attempts: number;
  readonly attemptEveryMs: DurationMs;
}

/** A rung of one person, by one medium, who is called once: all that policies could say that were stored before. */
export interface OnePersonRung {
  readonly contactId: string;
  readonly medium: Medium;
  readonly answerWithinMs: DurationMs;
}

export type StoredRung = Rung | OnePersonRung;

/** The ladder of one level. At least one rung, and one of them has a duty of `answeredBy`: checked when it is applied. */
export interface Ladder {
  readonly answeredBy: readonly Duty[];
  readonly rungs: readonly [StoredRung, ...StoredRung[]];
  /** After so many rounds without an answer it is on record that the callout fails, and who was not reached. Absent: never. */
  readonly giveUpAfterRounds?: number;
  /** Who is told then, by call and message, whom to seek at the door. Absent: the control room. */
  readonly failedTells?: readonly Who[];
  /** How long after an answer somebody has to say what is done, before it is called again. Absent: nobody has to. */
  readonly respondWithinMs?: DurationMs;
  /** How long after an order by key or message it has to be reported done. Absent: it has no date. */
  readonly reportWithinMs?: DurationMs;
}

/** A group of people that rungs can name. */
export interface Group {
  readonly id: string;
  readonly members: readonly string[];
}

/** Wall times of the site, `22:00`, over midnight or not. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** Everything a callout is decided by. A callout keeps the version it started with. */
export interface CalloutPolicy {
  readonly siteId: string;
  readonly siteName: Words;
  /** 演练: every text says so, and nothing measured belongs to it. Absent: it is real. */
  readonly drill?: true;
  readonly timeZone: string;
  readonly configVersion: number;
  readonly contacts: readonly Contact[];
  readonly groups?: readonly Group[];
  /** Numbers that are not called any more: somebody else was at them. */
  readonly suspended?: readonly string[];
  /** Who is on duty; as the site has it now, also in a callout that began with another. Without one, everybody is. */
  readonly roster?: RosterContent | undefined;
  /** Names of what can have a level, for what is spoken. */
  readonly targets: Readonly<Record<string, { readonly name: Words; readonly unit: string }>>;
  /** Sensors under commissioning: that one is blind is no news. */
  readonly commissioning?: readonly number[];
  /** After three wrong digits the same phone rings again within this time. */
  readonly redialMs: DurationMs;
  /** How long the present responder has for news at a level already answered. */
  readonly followUpMs: DurationMs;
  /** Blue and yellow wait for their end; nothing else does. Absent: nothing waits. */
  readonly quietHours?: QuietHours | undefined;
  /** An order to evacuate tells the prepared groups by itself. Absent: a person presses. */
  readonly evacuateStartsBroadcast?: true;
  readonly ladders: Readonly<Partial<Record<WarningLevel, Ladder>>>;
}
