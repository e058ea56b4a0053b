import { instant, plus } from '../../src/core/time.ts';
import type { Standing } from '../../src/core/evacuation.ts';
import type { BroadcastPlan, MissedCall, Recipient, RecipientEffect, RecipientEvent, Word } from './recipient.ts';

/** After so many keys that say nothing a call is ended, and made again later. */
const WRONG_KEYS = 3;

interface Stepped {
  readonly next: Recipient;
  readonly effects: readonly RecipientEffect[];
}

/**
 * What becomes of one listed person or household. The newest word wins, whoever gives it: a key, a message, a person at the door.
 *
 * ```
 *   at-risk ──── 1 ───► safe                       every number is texted once; numbers are called in turn,
 *     ├───────── 2 ───► en-route ── 1 ─► safe      all of them `rounds` times with a pause between rounds
 *     ├───────── 3 ───► refused     ┐
 *     ├─ rounds are over ─► unreachable ├─ somebody has to go ─ marked ─► door-check ─ marked ─► safe, refused, …
 *     └─ no word in time ─► unreachable ┘                              (calls that are left go on)
 * ```
 *
 * Each call and message has a try number of its own. Every event is safe twice and safe late.
 */
export function stepRecipient(plan: BroadcastPlan, state: Recipient, event: RecipientEvent): Stepped {
  switch (event.type) {
    case 'ordered':
      return ordered(plan, state, event);
    case 'handed-over':
      if (state.line?.try !== event.try || state.line.silentAt !== null) return unchanged(state);
      return unchanged({ ...state, line: { ...state.line, silentAt: plus(event.at, plan.silentCallMs) } });
    case 'missed':
      return missed(plan, state, event, event.why);
    case 'key':
      return event.word === null ? wrongKey(plan, state, event) : said(plan, state, event.word, event);
    case 'replied':
      return said(plan, state, event.word, event);
    case 'marked':
      return marked(plan, state, event.standing, event);
    case 'time-passed':
      return timePassed(plan, state, event);
  }
}

const unchanged = (next: Recipient): Stepped => ({ next, effects: [] });

/** Told to leave, or told anew because the way has changed. Whoever is safe is left in peace. */
function ordered(plan: BroadcastPlan, state: Recipient, { at }: RecipientEvent): Stepped {
  if (state.standing === 'safe') return unchanged(state);
  if (state.phones === 0) return unchanged({ ...state, standing: toDoor(state.standing) });
  const texts = Array.from({ length: state.phones }, (_, phone) => ({
    type: 'text' as const,
    try: state.texts + phone + 1,
    phone,
  }));
  const silenced = hungUp(state);
  const fresh: Recipient = {
    ...silenced.next,
    texts: state.texts + texts.length,
    round: 1,
    doorAt: state.standing === 'at-risk' ? plus(at, plan.doorAfterMs) : null,
  };
  const called = call(fresh, 0);
  return { next: called.next, effects: [...silenced.effects, ...texts, ...called.effects] };
}

function call(state: Recipient, phone: number): Stepped {
  const number = state.calls + 1;
  const line = { try: number, phone, silentAt: null, wrongKeys: 0 };
  return {
    next: { ...state, calls: number, line, next: null },
    effects: [{ type: 'call', try: number, phone }],
  };
}

/** No call is under way, and none comes. */
function hungUp(state: Recipient): Stepped {
  const { line } = state;
  return {
    next: { ...state, line: null, next: null },
    effects: line === null ? [] : [{ type: 'cancel', try: line.try }],
  };
}

/** The next number at once; after the last one the first again, a while later, until the rounds are over. */
function missed(
  plan: BroadcastPlan,
  state: Recipient,
  event:
    | Extract<RecipientEvent, { type: 'missed' | 'key' }>
    | { readonly try: number; readonly at: RecipientEvent['at'] },
  why: MissedCall,
): Stepped {
  const { line } = state;
  if (line?.try !== event.try) return unchanged(state);
  const closed: RecipientEffect = { type: 'close', try: line.try, outcome: why };
  const free: Recipient = { ...state, line: null };
  if (line.phone + 1 < state.phones) {
    const called = call(free, line.phone + 1);
    return { next: called.next, effects: [closed, ...called.effects] };
  }
  if (state.round < plan.rounds) {
    const next = { phone: 0, at: plus(event.at, plan.repeatMs) };
    return { next: { ...free, round: state.round + 1, next }, effects: [closed] };
  }
  return { next: { ...free, standing: toDoor(state.standing), doorAt: null }, effects: [closed] };
}

/** Whoever gave no word, or has not said that he arrived. A word that was given, or somebody at the door, stays. */
const toDoor = (standing: Standing): Standing =>
  standing === 'at-risk' || standing === 'en-route' ? 'unreachable' : standing;

function wrongKey(plan: BroadcastPlan, state: Recipient, event: Extract<RecipientEvent, { type: 'key' }>): Stepped {
  const { line } = state;
  if (line?.try !== event.try) return unchanged(state);
  const wrongKeys = line.wrongKeys + 1;
  return wrongKeys < WRONG_KEYS
    ? unchanged({ ...state, line: { ...line, wrongKeys } })
    : missed(plan, state, event, 'wrong-keys');
}

/** A word counts however late it comes. The call in which it was given ends by itself. */
function said(
  plan: BroadcastPlan,
  state: Recipient,
  word: Word,
  event: Extract<RecipientEvent, { type: 'key' | 'replied' }>,
): Stepped {
  const spoken = event.type === 'key' ? event.try : null;
  const silenced = hungUp(state);
  const effects = silenced.effects.filter((effect) => effect.try !== spoken);
  const closed: readonly RecipientEffect[] = spoken === null ? [] : [{ type: 'close', try: spoken, outcome: word }];
  const next = settled(plan, silenced.next, word, event.at);
  return { next, effects: [...effects, ...closed] };
}

function marked(plan: BroadcastPlan, state: Recipient, standing: Standing, { at }: RecipientEvent): Stepped {
  // Somebody goes to the door: the telephone may still bring the word first.
  if (standing === 'door-check') return unchanged({ ...state, standing, doorAt: null });
  const silenced = hungUp(state);
  if (standing !== 'at-risk') return { ...silenced, next: settled(plan, silenced.next, standing, at) };
  if (state.standing === 'at-risk') return unchanged(state);
  // Taken back: he is told again, from the first number on.
  const again = ordered(plan, { ...silenced.next, standing }, { type: 'ordered', at });
  return { next: again.next, effects: [...silenced.effects, ...again.effects] };
}

/** Whoever is on the way is asked later whether he has arrived; of everybody else no call comes any more. */
function settled(
  plan: BroadcastPlan,
  state: Recipient,
  standing: Exclude<Standing, 'at-risk' | 'door-check'>,
  at: RecipientEvent['at'],
): Recipient {
  const calm: Recipient = { ...state, standing, doorAt: null };
  if (standing !== 'en-route') return calm;
  const askAt = plus(at, plan.arrivedAfterMs);
  if (state.phones === 0) return { ...calm, doorAt: askAt };
  return { ...calm, round: 1, next: { phone: 0, at: askAt } };
}

function timePassed(plan: BroadcastPlan, state: Recipient, { at }: RecipientEvent): Stepped {
  const { line, next, doorAt } = state;
  const late = doorAt !== null && doorAt <= at;
  const here = late ? { ...state, standing: toDoor(state.standing), doorAt: null } : state;
  const silentAt = line?.silentAt ?? null;
  if (line !== null && silentAt !== null && silentAt <= at) {
    const over = missed(plan, here, { try: line.try, at: instant(at) }, 'silent');
    // It may still ring: it is hung up.
    return { next: over.next, effects: [{ type: 'cancel', try: line.try }, ...over.effects.filter(isNoClose)] };
  }
  return line === null && next !== null && next.at <= at ? call(here, next.phone) : unchanged(here);
}

const isNoClose = ({ type }: RecipientEffect): boolean => type !== 'close';
