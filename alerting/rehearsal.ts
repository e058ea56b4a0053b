import type { WarningLevel } from '../src/core/level.ts';
import { SECOND, plus } from '../src/core/time.ts';
import type { DurationMs, Instant } from '../src/core/time.ts';
import { dueAt } from './callout.ts';
import type { Callout } from './callout.ts';
import type { Effect, Happening, Note, Outcome } from './callout-event.ts';
import { step } from './callout-step.ts';
import type { CalloutPolicy, Medium, Words } from './policy.ts';

/** What is asked: a target reaches a level at an instant; what is called, whom, and when? */
export interface Supposed {
  readonly target: string;
  readonly level: WarningLevel;
  readonly value: number;
  readonly limit: number;
  readonly at: Instant;
  /** How far is looked. */
  readonly lastsMs: DurationMs;
  /** Who presses or replies the first time; everybody else's phone rings in vain. */
  readonly answers: readonly string[];
  /** After how long of ringing the carrier gives up, 45 s if left out: that is its network's and nobody's promise. */
  readonly ringMs?: DurationMs;
}

/** One phone that would ring, or one message. */
export interface RehearsedCall {
  readonly attempt: number;
  readonly at: Instant;
  readonly contactId: string;
  /** Which of his numbers; 0 is the first. */
  readonly line: number;
  readonly medium: Medium;
  readonly level: WarningLevel;
  readonly say: Words;
  /** `null`: it still rings where the looking ends. */
  readonly ended: { readonly at: Instant; readonly outcome: Outcome } | null;
}

export interface Rehearsal {
  readonly calls: readonly RehearsedCall[];
  /** What else would be on record: rungs without people, that nobody could be reached. */
  readonly notes: readonly { readonly at: Instant; readonly type: Note['type']; readonly facts: Note['facts'] }[];
  /** `none`: nobody is called for this level. */
  readonly phase: Callout['phase'] | 'none';
  /** The looking ended before its time: more would follow. */
  readonly isCut: boolean;
}

/** He lets it ring so long before he answers, and listens so long before he presses. */
const PICKS_UP_MS = 10 * SECOND;
const LISTENS_MS = 20 * SECOND;
const RINGS_MS = 45 * SECOND;
const READS_MS = 60 * SECOND;
/** A ladder of many people and short rungs: what nobody would read to its end. */
const CALLS_AT_MOST = 1_000;
const SHOWN: readonly Note['type'][] = [
  'opened',
  'level-added',
  'follow-up',
  'quiet-hours',
  'duty-gap',
  'call-failed',
  'answered',
  'all-answered',
];

interface Phone {
  readonly at: Instant;
  readonly attempt: number;
  readonly happening: Happening;
}

/**
 * The exact timetable of a callout that has not happened, by the code that would run it: the same reducer, policy and
 * people, with a clock that is turned by hand. What it does not know is how long a carrier takes and what other levels do.
 */
export function rehearse(policy: CalloutPolicy, supposed: Supposed): Rehearsal {
  const until = plus(supposed.at, supposed.lastsMs);
  const { target, level: to, value, limit } = supposed;
  const rise = {
    type: 'level-changed',
    target,
    stateVersion: 1,
    to,
    value,
    limit,
    verified: true,
    guarded: true,
  } as const;
  let { callout, calls, notes, phones } = take(policy, EMPTY_PLAY, rise, supposed.at, supposed);
  for (let at = nextOf(callout, phones); at !== null && at <= until; at = nextOf(callout, phones)) {
    if (calls.length >= CALLS_AT_MOST) return { calls, notes, phase: callout?.phase ?? 'none', isCut: true };
    const now = at;
    const phone = phones.find((each) => each.at <= now);
    const happening: Happening = phone?.happening ?? { type: 'time-passed' };
    const rest = { callout, calls, notes, phones: phones.filter((each) => each !== phone) };
    ({ callout, calls, notes, phones } = take(policy, rest, happening, at, supposed));
  }
  return { calls, notes, phase: callout?.phase ?? 'none', isCut: false };
}

interface Play {
  readonly callout: Callout | null;
  readonly calls: readonly RehearsedCall[];
  readonly notes: Rehearsal['notes'];
  /** What phones will do, soonest first. */
  readonly phones: readonly Phone[];
}

const EMPTY_PLAY: Play = { callout: null, calls: [], notes: [], phones: [] };

function nextOf(callout: Callout | null, phones: readonly Phone[]): Instant | null {
  const due = callout === null ? null : dueAt(callout);
  const [first] = phones;
  if (first === undefined) return due;
  return due === null || first.at <= due ? first.at : due;
}

function take(policy: CalloutPolicy, play: Play, happening: Happening, at: Instant, supposed: Supposed): Play {
  const { next, effects, notes } = step(policy, play.callout, { ...happening, at, seed: 1 });
  const told = notes.filter(({ type }) => SHOWN.includes(type)).map(({ type, facts }) => ({ at, type, facts }));
  const before: Play = { ...play, callout: next, notes: [...play.notes, ...told] };
  return effects.reduce((then, effect) => perform(then, effect, at, supposed), before);
}

function perform(play: Play, effect: Effect, at: Instant, supposed: Supposed): Play {
  if (effect.type === 'contact') {
    const { attempt, contactId, line, medium, level, say } = effect;
    const call = { attempt, at, contactId, line, medium, level, say, ended: null };
    const phones = [...play.phones, ...handled(effect, at, supposed)].toSorted((a, b) => a.at - b.at);
    return { ...play, calls: [...play.calls, call], phones };
  }
  if (effect.type === 'inform') {
    const { attempt, contactId, line, level, say } = effect;
    const told = {
      attempt,
      at,
      contactId,
      line,
      medium: 'sms',
      level,
      say,
      ended: { at, outcome: 'delivered' },
    } as const;
    return { ...play, calls: [...play.calls, told] };
  }
  if (effect.type === 'suspend') return play;
  const outcome = effect.type === 'cancel' ? 'cancelled' : effect.outcome;
  const phones = play.phones.filter(
    ({ attempt, happening }) => attempt !== effect.attempt || happening.type === 'digit',
  );
  return {
    ...play,
    phones,
    calls: play.calls.map((call) =>
      call.attempt === effect.attempt && call.ended === null ? { ...call, ended: { at, outcome } } : call,
    ),
  };
}

/** What the phone does of itself. */
function handled(
  { attempt, contactId, medium, code }: Extract<Effect, { type: 'contact' }>,
  at: Instant,
  { answers, ringMs = RINGS_MS }: Supposed,
): readonly Phone[] {
  const isAnswered = answers.includes(contactId);
  if (medium !== 'voice')
    return isAnswered ? [{ at: plus(at, READS_MS), attempt, happening: { type: 'replied', attempt, text: code } }] : [];
  if (!isAnswered)
    return [{ at: plus(at, ringMs), attempt, happening: { type: 'missed', attempt, outcome: 'no-answer' } }];
  return [
    { at: plus(at, PICKS_UP_MS), attempt, happening: { type: 'picked-up', attempt } },
    { at: plus(at, PICKS_UP_MS + LISTENS_MS), attempt, happening: { type: 'digit', attempt, digit: code } },
  ];
}
