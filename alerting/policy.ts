import type { WarningLevel } from '../src/core/level.ts';
import type { DurationMs } from '../src/core/time.ts';

export type Duty = 'control-room' | 'duty-officer' | 'chief-engineer' | 'deputy-principal' | 'principal';
export type Medium = 'voice' | 'sms';

/** A text in both languages of the service. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface Contact {
  readonly id: string;
  readonly name: Words;
  readonly duty: Duty;
  readonly phone: string;
}

/** One step of the escalation: whom to reach, how, and how long to wait for an answer. */
export interface Rung {
  readonly contactId: string;
  readonly medium: Medium;
  readonly answerWithinMs: DurationMs;
}

/** The ladder of one level. At least one rung, and one of them has a duty of `answeredBy`: checked when it is applied. */
export interface Ladder {
  readonly answeredBy: readonly Duty[];
  readonly rungs: readonly [Rung, ...Rung[]];
}

/** Everything a callout is decided by. A callout keeps the version it started with. */
export interface CalloutPolicy {
  readonly siteId: string;
  readonly siteName: Words;
  readonly timeZone: string;
  readonly configVersion: number;
  readonly contacts: readonly Contact[];
  /** Names of what can have a level, for what is spoken. */
  readonly targets: Readonly<Record<string, { readonly name: Words; readonly unit: string }>>;
  /** Sensors under commissioning: that one is blind is no news. */
  readonly commissioning?: readonly number[];
  /** After three wrong digits the same phone rings again within this time. */
  readonly redialMs: DurationMs;
  /** How long the present responder has for news at a level already answered. */
  readonly followUpMs: DurationMs;
  readonly ladders: Readonly<Partial<Record<WarningLevel, Ladder>>>;
}
