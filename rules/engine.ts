import type { Level, WarningLevel } from '../src/core/level.ts';
import type { LevelChange } from '../src/core/level-change.ts';
import type { Instant } from '../src/core/time.ts';
import { holdOn, isFulfilled } from './delay.ts';
import type { Held } from './delay.ts';
import type { Rule } from './rule.ts';
import { isBack, levelBelow, levelsAbove, limitLeft, reaches } from './threshold.ts';

/** Delays that are running. Plain JSON: it is stored, so that a restart or an edit of the rule loses none. */
export interface Pending {
  /** Levels above the present one that the value has reached, and for how long. */
  readonly rises: Readonly<Partial<Record<WarningLevel, Held>>>;
  /** How long the value has been back past the present level's limit; null when it is not. */
  readonly fall: Held | null;
}

/** What a target's next judgement depends on. `stateVersion` counts its changes: 0 before the first. */
export interface RuleState {
  readonly level: Level;
  readonly stateVersion: number;
  readonly pending: Pending;
  readonly changedAt: Instant | null;
}

/** A reading as rules see it: `at` is when it is judged (`judgedAt`), observed time. */
export interface JudgedReading {
  readonly at: Instant;
  readonly value: number;
  readonly doubtful: boolean;
}

/** `next` is the very same object when nothing changed: then there is nothing to store. */
export interface Judgement {
  readonly next: RuleState;
  readonly change: LevelChange | null;
}

const NOTHING_PENDING: Pending = { rises: {}, fall: null };

/** A target nothing has been said about yet. */
export const initialRuleState: RuleState = {
  level: 'normal',
  stateVersion: 0,
  pending: NOTHING_PENDING,
  changedAt: null,
};

/**
 * The level after one more reading.
 *
 * ```
 *            at or past a limit for the on-delay: at once to the gravest such level
 *         ┌───────────────────────────────────────────────────────────────────────┐
 *         │                                                                       ▼
 *       normal ◄──────── blue ◄──────── yellow ◄──────── orange ◄──────────────── red
 *            more than the deadband back for the off-delay: one present level a step
 * ```
 *
 * - Levels without a limit are passed over, in both directions.
 * - A doubtful reading may raise. It never lowers: it is not there for a fall it would help or a rise it would
 *   stop, and restarts a fall it contradicts.
 * - A reading not newer than what this target has seen changes nothing: doubled or late is safe.
 * - An edited rule goes on from the same state; delays of levels that lost their limit end.
 *
 * Silence is no reading: nothing here knows what time it is.
 *
 * @throws TypeError when the value is not finite: no comparator may see it, so that is a bug of the caller.
 */
export function step(rule: Rule, state: RuleState, reading: JudgedReading): Judgement {
  if (!Number.isFinite(reading.value))
    throw new TypeError(`rule ${rule.target} was given ${String(reading.value)} to judge`);
  if (reading.at <= newestSeen(state)) return { next: state, change: null };

  const rises = continueRises(rule, state, reading);
  const raised = levelsAbove(rule, state.level).findLast((level) => hasRisen(rule, rises[level]));
  if (raised !== undefined) return rise(rule, state, reading, raised, rises);

  const fall = continueFall(rule, state, reading);
  if (
    state.level !== 'normal' &&
    !reading.doubtful &&
    fall !== null &&
    isFulfilled(fall, rule.offDelayMs, rule.intervalMs)
  ) {
    return stepDown(rule, state, reading, state.level);
  }
  return { next: withPending(state, { rises, fall }), change: null };
}

function rise(
  rule: Rule,
  state: RuleState,
  reading: JudgedReading,
  to: WarningLevel,
  rises: Pending['rises'],
): Judgement {
  const stillPending = levelsAbove(rule, to).flatMap((level) => (rises[level] ? [[level, rises[level]] as const] : []));
  return changed(rule, state, reading, {
    to,
    limit: rule.limits[to] ?? limitLeft(rule, to),
    cause: reading.doubtful ? 'reached-doubtful' : 'reached',
    pending: { rises: Object.fromEntries(stillPending), fall: null },
  });
}

/** The reading that ends one step also begins the next step's delay. */
function stepDown(rule: Rule, state: RuleState, reading: JudgedReading, from: WarningLevel): Judgement {
  const to = levelBelow(rule, from);
  const goesOn = to !== 'normal' && isBack(rule, to, reading.value);
  return changed(rule, state, reading, {
    to,
    limit: limitLeft(rule, from),
    cause: 'receded',
    pending: { rises: {}, fall: goesOn ? holdOn(undefined, reading.at, rule.intervalMs) : null },
  });
}

function changed(
  rule: Rule,
  state: RuleState,
  reading: JudgedReading,
  { pending, ...what }: Pick<LevelChange, 'to' | 'limit' | 'cause'> & { readonly pending: Pending },
): Judgement {
  const stateVersion = state.stateVersion + 1;
  return {
    next: { level: what.to, stateVersion, pending, changedAt: reading.at },
    change: {
      siteId: rule.siteId,
      target: rule.target,
      sensorId: rule.sensorId,
      stateVersion,
      from: state.level,
      observedAt: reading.at,
      value: reading.value,
      ...what,
    },
  };
}

function continueRises(
  rule: Rule,
  { level: present, pending }: RuleState,
  { at, value, doubtful }: JudgedReading,
): Pending['rises'] {
  const rises: Partial<Record<WarningLevel, Held>> = {};
  for (const level of levelsAbove(rule, present)) {
    const held = pending.rises[level];
    if (reaches(rule, level, value)) rises[level] = holdOn(held, at, rule.intervalMs);
    else if (doubtful && held !== undefined) rises[level] = held;
  }
  return rises;
}

function continueFall(rule: Rule, { level, pending }: RuleState, { at, value, doubtful }: JudgedReading): Held | null {
  if (level === 'normal' || !isBack(rule, level, value)) return null;
  return doubtful ? pending.fall : holdOn(pending.fall ?? undefined, at, rule.intervalMs);
}

const hasRisen = (rule: Rule, held: Held | undefined): boolean =>
  held !== undefined && isFulfilled(held, rule.onDelayMs, rule.intervalMs);

/** The newest reading that left a trace in the state; readings that left none may be judged again with the same result. */
function newestSeen({ changedAt, pending }: RuleState): number {
  const traces = [pending.fall, ...Object.values(pending.rises)].map((held) => held?.at ?? -Infinity);
  return Math.max(changedAt ?? -Infinity, ...traces);
}

function withPending(state: RuleState, pending: Pending): RuleState {
  const isEmpty = pending.fall === null && Object.keys(pending.rises).length === 0;
  const wasEmpty = state.pending.fall === null && Object.keys(state.pending.rises).length === 0;
  if (isEmpty && wasEmpty) return state;
  return { ...state, pending: isEmpty ? NOTHING_PENDING : pending };
}
