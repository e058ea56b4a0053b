import { step } from '../../alerting/callout-step.ts';
import type { Callout } from '../../alerting/callout.ts';
import type { Effect, Happening, Miss, Note, OrderAsked } from '../../alerting/callout-event.ts';
import type { OrderKind } from '../../alerting/order.ts';
import type { CalloutPolicy, Contact, Duty, Ladder, Medium, OnePersonRung } from '../../alerting/policy.ts';
import type { Level, WarningLevel } from '../../src/core/level.ts';
import { MINUTE, SECOND, instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';

const person = (id: string, duty: Duty, number: number): Contact => ({
  id,
  duty,
  name: { zh: id, en: id },
  phone: `+8610000000${String(number).padStart(3, '0')}`,
});

const rung = (contactId: string, seconds: number, medium: Medium = 'voice'): OnePersonRung => ({
  contactId,
  medium,
  answerWithinMs: seconds * SECOND,
});

const ladder = (answeredBy: readonly Duty[], ...rungs: Ladder['rungs']): Ladder => ({ answeredBy, rungs });

/** The pond of the stories: nobody is called for blue, the room by SMS for yellow, officer and engineer for orange, the principals for red. */
export const POLICY: CalloutPolicy = {
  siteId: 'pond',
  siteName: { zh: '示范尾矿库', en: 'Demo pond' },
  timeZone: 'Asia/Shanghai',
  configVersion: 1,
  contacts: [
    person('room', 'control-room', 1),
    person('officer', 'duty-officer', 2),
    person('engineer', 'chief-engineer', 3),
    person('deputy', 'deputy-principal', 4),
    person('principal', 'principal', 5),
  ],
  targets: {
    level: { name: { zh: '库水位', en: 'Pond level' }, unit: 'm' },
    rain: { name: { zh: '雨量', en: 'Rainfall' }, unit: 'mm' },
    pipe: { name: { zh: '浸润线', en: 'Phreatic level' }, unit: 'm' },
  },
  redialMs: 30 * SECOND,
  followUpMs: 5 * MINUTE,
  ladders: {
    yellow: ladder(['control-room', 'duty-officer'], rung('room', 180, 'sms'), rung('officer', 180, 'sms')),
    orange: ladder(['chief-engineer', 'principal'], rung('officer', 60), rung('engineer', 60)),
    red: ladder(['principal', 'deputy-principal'], rung('principal', 60), rung('deputy', 60)),
  },
};

/** The same pond, where an answer to orange or red is followed by a response within ten minutes, an order by a report within thirty. */
export const RESPONDING: CalloutPolicy = {
  ...POLICY,
  ladders: Object.fromEntries(
    Object.entries(POLICY.ladders).map(([level, own]) => [
      level,
      level === 'yellow' ? own : { ...own, respondWithinMs: 10 * MINUTE, reportWithinMs: 30 * MINUTE },
    ]),
  ),
};

export const START: Instant = instant(Date.UTC(2026, 6, 1));

export const rises = (to: Level, target = 'level', stateVersion?: number): Happening => ({
  type: 'level-changed',
  target,
  to,
  value: 338.95,
  limit: 338.89,
  verified: true,
  guarded: true,
  stateVersion: stateVersion ?? 0,
});
type LevelChanged = Extract<Happening, { type: 'level-changed' }>;
/** The same, on the word of one doubtful reading. */
export const unverified = (change: Happening): Happening => ({ ...(change as LevelChanged), verified: false });
/** The same, by limits that nobody approved. */
export const unguarded = (change: Happening): Happening => ({ ...(change as LevelChanged), guarded: false });
/** A person found something; `key` tells one finding from another. */
export const reports = (level: WarningLevel, key = 'seepage', position = 0): Happening => ({
  type: 'reported',
  subject: 'finding',
  key,
  level,
  words: { zh: `管涌 ${key}`, en: `piping ${key}` },
  position,
});
export const lowers = (to: Level, key = 'seepage', position = 0): Happening => ({
  type: 'report-lowered',
  key,
  to,
  position,
});
export const time: Happening = { type: 'time-passed' };
export const misses = (attempt: number, outcome: Miss = 'busy'): Happening => ({ type: 'missed', attempt, outcome });
export const blinds = (...sensors: readonly number[]): Happening => ({ type: 'blinded', position: 0, sensors });
export const sees = (...sensors: readonly number[]): Happening => ({ type: 'sighted', position: 0, sensors });
export const picksUp = (attempt: number): Happening => ({ type: 'picked-up', attempt });
/** A key after the answer, on the same call. */
export const presses = (attempt: number, digit: string): Happening => ({ type: 'digit', attempt, digit });
/** The person puts the phone down. */
export const hangsUp = (attempt: number): Happening => misses(attempt, 'hung-up');
export const texts = (attempt: number, text: string): Happening => ({ type: 'replied', attempt, text });
/** The room enters what is done, on the word of `issuer`. */
export const responds = (issuer: string, kind: OrderKind, more: Partial<OrderAsked> = {}): Happening => ({
  type: 'responded',
  by: 'operator',
  screen: 'room',
  issuer,
  order: { kind, scope: '', route: null, dueAt: null, expected: null, ...more },
});
export const counts = (order: number, accounted: number, expected: number | null): Happening => ({
  type: 'head-counted',
  order,
  by: 'operator',
  expected,
  accounted,
});
export const isDone = (order: number): Happening => ({ type: 'order-done', order, by: 'operator', note: 'seen to' });
export const stalls = (attempt: number): Happening => ({ type: 'stalled', attempt });
export const fault = (key: string): Happening => ({ type: 'system-fault', key });
export const onScreen = (contactId: string): Happening => ({ type: 'answered-on-screen', contactId });
export const release: Happening = { type: 'released', by: 'operator', note: 'inspected', inspection: 'the engineer' };

/** What a person does with the phone of an attempt; the code is looked up. */
export type Hand = { readonly hand: 'right' | 'wrong' | 'reply'; readonly attempt: number };
export const right = (attempt: number): Hand => ({ hand: 'right', attempt });
export const wrong = (attempt: number): Hand => ({ hand: 'wrong', attempt });
export const replies = (attempt: number): Hand => ({ hand: 'reply', attempt });

/** Seconds since the first line, what happens, and what the house does because of it. */
export type Line = readonly [second: number, event: Happening | Hand, done: readonly string[]];

/** A callout that is told stories; versions and positions are counted for those who leave them 0. */
export class Told {
  state: Callout | null = null;
  effects: Effect[] = [];
  notes: Note[] = [];
  readonly policy: CalloutPolicy;
  /** Messages that asked for no answer, second by second: `610 principal: cleared`. They are not numbered with the others. */
  readonly notices: string[] = [];
  #counted = 0;
  #codes = new Map<number, string>();
  /** Numbers of the calls and messages that ask for an answer: a story counts only these. */
  #asked: number[] = [];

  constructor(policy: CalloutPolicy = POLICY) {
    this.policy = policy;
  }

  tell(second: number, event: Happening | Hand): readonly string[] {
    const { next, effects, notes } = step(this.policy, this.state, {
      ...this.#happening(event),
      at: instant(START + second * SECOND),
      seed: second + 1,
    });
    this.state = next;
    this.effects.push(...effects);
    this.notes.push(...notes);
    for (const effect of effects) {
      if (effect.type === 'inform') this.notices.push(`${String(second)} ${effect.contactId}: ${effect.kind}`);
      if (effect.type !== 'contact') continue;
      this.#codes.set(effect.attempt, effect.code);
      this.#asked.push(effect.attempt);
    }
    return effects.flatMap((effect) => this.#inWords(effect));
  }

  /** What the house did, line by line: `#1 officer orange` for a call, ` sms` behind it for a message, `hang up #1`. */
  live(lines: readonly Line[]): readonly (readonly [second: number, done: readonly string[]])[] {
    return lines.map(([second, event]) => [second, this.tell(second, event)]);
  }

  code(attempt: number): string {
    return this.#codes.get(this.#numberOf(attempt)) ?? '?';
  }

  #numberOf(asked: number): number {
    return this.#asked[asked - 1] ?? asked;
  }

  #happening(event: Happening | Hand): Happening {
    this.#counted += 1;
    if ('hand' in event) return this.#gesture(event);
    if ('attempt' in event) return { ...event, attempt: this.#numberOf(event.attempt) };
    if (event.type === 'level-changed' && event.stateVersion === 0) return { ...event, stateVersion: this.#counted };
    if ('position' in event && event.position === 0) return { ...event, position: this.#counted };
    return event;
  }

  #gesture({ hand, attempt }: Hand): Happening {
    const code = this.code(attempt);
    const number = this.#numberOf(attempt);
    if (hand === 'reply') return { type: 'replied', attempt: number, text: `回复 ${code}` };
    return { type: 'digit', attempt: number, digit: hand === 'right' ? code : String((Number(code) + 1) % 10) };
  }

  #inWords(effect: Effect): readonly string[] {
    const name = `#${String(this.#asked.indexOf(effect.attempt) + 1)}`;
    switch (effect.type) {
      case 'contact':
        return [`${name} ${effect.contactId} ${effect.level}${effect.medium === 'sms' ? ' sms' : ''}`];
      case 'cancel':
        // Of one who has answered, as every second story would have it.
        if (effect.why === 'freed') return [];
        return [`hang up ${name}`];
      case 'suspend':
        return [`suspend ${name}`];
      case 'inform':
      case 'close':
        return [];
    }
  }
}
