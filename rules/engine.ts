import { WARNING_LEVELS, gravest, isGraver } from '../src/core/level.ts';
import type { Level, WarningLevel } from '../src/core/level.ts';
import type { LevelCause, LevelChange } from '../src/core/level-change.ts';
import type { Instant } from '../src/core/time.ts';
import { holdOn, isFulfilled } from './delay.ts';
import type { Held } from './delay.ts';
import type { JudgedReading } from './judged-reading.ts';
import type { Rule } from './rule.ts';
import { isBack, levelBelow, levelsAbove, limitLeft, reaches } from './threshold.ts';
import { doubtOf, isAnother, onlyBy, speaksFor, takenBackWith } from './verification.ts';
import type { Doubt } from './verification.ts';

type Rises = Readonly<Partial<Record<WarningLevel, Held>>>;

/** Delays that are running. Plain JSON: it is stored, so that a restart or an edit of the rule loses none. */
export interface Pending {
  /** Levels above the present one that the value has reached, and for how long, in the instrument's own time. */
  readonly rises: Rises;
  /** The same by readings judged on arrival, in our time: the two must not be mixed. Absent when there is none. */
  readonly risesOnArrival?: Rises;
  /** How long the value has been back past the present level's limit; null when it is not. */
  readonly fall: Held | null;
}

/** What a target's next judgement depends on. `stateVersion` counts its changes: 0 before the first. */
export interface RuleState {
  readonly level: Level;
  readonly stateVersion: number;
  /** What an unverified level rests on; null: the level is verified. */
  readonly doubt: Doubt | null;
  /** When the newest doubtful readings were judged that a good one took back; absent: none. */
  readonly takenBack?: readonly Instant[];
  /** Whether the rule was guarded when the level, or what is known of it, last changed: people know of it. */
  readonly guarded: boolean;
  readonly pending: Pending;
  /** The time of its newest level change. */
  readonly changedAt: Instant | null;
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
  doubt: null,
  guarded: true,
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
 *
 *   verified level ── doubtful reading, the first to reach orange or red ──► unverified level
 *         ▲                                                                    │    │
 *         ├── good reading that does not reach it: what was verified, at once ─┘    │
 *         └── another reading that does (or `confirm`): the same level, verified ◄──┘
 * ```
 *
 * - Levels without a limit are passed over, in both directions.
 * - A doubtful reading may raise. It never lowers: it is not there for a fall it would help or a rise it would
 *   stop, and restarts a fall it contradicts. On its word alone orange and red are unverified: they show, and call nobody.
 * - An unverified level has no deadband and no off-delay: those hold what was measured.
 * - A level that stands when its rule becomes guarded is told anew, by the next reading or `tellGuarded`: now it is one
 *   to call for.
 * - Time may step back: a reading judged on arrival may stand before a backlog of true times. Delays run in each of the
 *   two times for itself, so the backlog's are fulfilled as they would have been. But what was measured before a level
 *   was entered, or before what speaks for a rise, is no reason to leave the one or to stop the other.
 * - A reading given again changes nothing. Keeping late ones out is the work of ingest.
 * - Changes of a target never step back in time: one that a backlog finds is dated no earlier than the one before it.
 * - An edited rule goes on from the same state; delays of levels that lost their limit end.
 *
 * Silence is no reading: nothing here knows what time it is.
 *
 * @throws TypeError when the value is not finite: no comparator may see it, so that is a bug of the caller.
 */
export function step(rule: Rule, state: RuleState, reading: JudgedReading): Judgement {
  if (!Number.isFinite(reading.value))
    throw new TypeError(`rule ${rule.target} was given ${String(reading.value)} to judge`);

  const running = continueRises(rule, state, reading);
  const { rises, risesOnArrival } = running;
  const raised = levelsAbove(rule, state.level).findLast(
    (level) => hasRisen(rule, rises[level]) || hasRisen(rule, risesOnArrival?.[level]),
  );
  if (raised !== undefined) return rise(rule, state, reading, raised, running);
  const settled = settleDoubt(rule, state, reading, running);
  if (settled !== null) return settled;

  const fall = continueFall(rule, state, reading);
  if (
    state.level !== 'normal' &&
    mayLower(state, reading) &&
    fall !== null &&
    isFulfilled(fall, rule.offDelayMs, rule.intervalMs)
  ) {
    return stepDown(rule, state, reading, state.level);
  }
  const pending: Pending = { ...running, fall };
  return state.level !== 'normal' && rule.guarded && !state.guarded
    ? stays(rule, state, reading, { level: state.level, cause: 'now-guarded', pending, doubt: state.doubt })
    : { next: withPending(state, pending), change: null };
}

/**
 * The same level, now verified, by the word of something else than its own readings: another point, or their absence.
 * The change names the doubted reading. Nothing changes for a level that is verified.
 */
export function confirm(
  rule: Rule,
  state: RuleState,
  cause: 'confirmed-by-neighbour' | 'confirmed-by-silence',
): Judgement {
  const { level, doubt, pending } = state;
  if (doubt === null || level === 'normal') return { next: state, change: null };
  return stays(rule, state, doubt, { level, cause, pending, doubt: null });
}

/**
 * The level that stands, told anew when its rule has become guarded since its newest change, which is `newest`: whoever
 * approves the limits of a sensor that says nothing more is not to wait for its next reading. What is unverified stays so.
 */
export function tellGuarded(rule: Rule, state: RuleState, newest: LevelChange): Judgement {
  const { level, doubt, pending } = state;
  if (level === 'normal' || !rule.guarded || state.guarded) return { next: state, change: null };
  const { observedAt: at, value, limit } = newest;
  return changed(rule, state, { at, value }, { to: level, limit, cause: 'now-guarded', pending, doubt });
}

/**
 * The level as people lowered it at `at`. It is their word against what was measured, and nothing speaks for it later:
 * what is still past a limit raises it again, by the next readings, once their on-delay has run. A delay that runs towards
 * a level graver than it was goes on. Nothing changes for a level that is not graver than `to`.
 */
export function lowerByHand(
  rule: Rule,
  state: RuleState,
  { to, at }: { readonly to: Level; readonly at: Instant },
  { value }: LevelChange,
): Judgement {
  const { level, pending } = state;
  if (level === 'normal' || !isGraver(level, to)) return { next: state, change: null };
  const what = { to, limit: limitLeft(rule, level), cause: 'by-hand', doubt: null } as const;
  return changed(rule, state, { at, value }, { ...what, pending: { ...pending, fall: null } });
}

/** What a reading makes of an unverified level; null: nothing. */
function settleDoubt(rule: Rule, state: RuleState, reading: JudgedReading, running: Running): Judgement | null {
  const { level, doubt } = state;
  if (doubt === null || level === 'normal') return null;
  const pending: Pending = { ...running, fall: null };
  if (speaksFor(rule, level, doubt, reading.value)) {
    if (isAnother(rule, doubt, reading))
      return stays(rule, state, reading, { level, cause: 'confirmed-by-reading', pending, doubt: null });
    // Another value for the same instant: remembered by its arrival, by which the next one is told from it.
    const renewed = reading.onArrival === true && !doubt.onArrival ? onlyBy(reading, doubt.base) : doubt;
    return { next: withPending({ ...state, doubt: renewed }, pending), change: null };
  }
  if (!mayLower(state, reading)) return null;
  const reached = WARNING_LEVELS.findLast((milder) => reaches(rule, milder, reading.value)) ?? 'normal';
  return changed(rule, state, reading, {
    to: gravest([doubt.base, reached]),
    limit: limitLeft(rule, level),
    cause: 'receded',
    doubt: null,
    takenBack: takenBackWith(rule, state.takenBack ?? [], doubt),
    pending: { rises: {}, fall: null },
  });
}

/** The level is what it was; something else about it is told. */
const stays = (
  rule: Rule,
  state: RuleState,
  reading: Pick<JudgedReading, 'at' | 'value'>,
  {
    level,
    ...what
  }: { level: WarningLevel; cause: LevelCause; readonly pending: Pending; readonly doubt: Doubt | null },
): Judgement =>
  changed(rule, state, reading, { to: level, limit: rule.limits[level] ?? limitLeft(rule, level), ...what });

function rise(rule: Rule, state: RuleState, reading: JudgedReading, to: WarningLevel, running: Running): Judgement {
  const before = (reading.onArrival === true ? state.pending.risesOnArrival : state.pending.rises)?.[to];
  const stillPending = (rises: Rises): Rises =>
    Object.fromEntries(levelsAbove(rule, to).flatMap((level) => (rises[level] ? [[level, rises[level]]] : [])));
  const doubt = doubtOf(rule, state, reading, to, before === undefined || before.at >= reading.at);
  return changed(rule, state, reading, {
    to,
    limit: rule.limits[to] ?? limitLeft(rule, to),
    cause: reading.doubtful ? 'reached-doubtful' : 'reached',
    doubt,
    ...(doubt === null && isGraver(to, 'yellow') && { takenBack: [] }),
    pending: {
      ...inTwoTimes(stillPending(running.rises), stillPending(running.risesOnArrival ?? NO_RISES)),
      fall: null,
    },
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
    doubt: null,
    pending: { rises: {}, fall: goesOn ? holdOn(undefined, reading.at, rule.intervalMs) : null },
  });
}

function changed(
  rule: Rule,
  state: RuleState,
  reading: Pick<JudgedReading, 'at' | 'value'>,
  {
    pending,
    doubt,
    takenBack = state.takenBack ?? [],
    ...what
  }: Pick<LevelChange, 'to' | 'limit' | 'cause'> & Pick<RuleState, 'pending' | 'doubt' | 'takenBack'>,
): Judgement {
  const stateVersion = state.stateVersion + 1;
  const observedAt = state.changedAt !== null && state.changedAt > reading.at ? state.changedAt : reading.at;
  return {
    next: {
      level: what.to,
      stateVersion,
      doubt,
      ...(takenBack.length > 0 && { takenBack }),
      guarded: rule.guarded,
      pending,
      changedAt: observedAt,
    },
    change: {
      siteId: rule.siteId,
      target: rule.target,
      sensorId: rule.sensorId,
      stateVersion,
      from: state.level,
      observedAt,
      value: reading.value,
      verified: doubt === null,
      guarded: rule.guarded,
      ...what,
    },
  };
}

type Running = Omit<Pending, 'fall'>;
const NO_RISES: Rises = {};

const inTwoTimes = (rises: Rises, risesOnArrival: Rises): Running =>
  Object.keys(risesOnArrival).length > 0 ? { rises, risesOnArrival } : { rises };

function continueRises(rule: Rule, { level, pending }: RuleState, reading: JudgedReading): Running {
  const { rises, risesOnArrival = NO_RISES } = pending;
  const above = levelsAbove(rule, level);
  const onArrival = reading.onArrival === true;
  return inTwoTimes(
    continueIn(rule, above, rises, reading, !onArrival),
    onArrival || risesOnArrival !== NO_RISES ? continueIn(rule, above, risesOnArrival, reading, onArrival) : NO_RISES,
  );
}

/** The rises in one of the two times after a reading, which counts in its own only. */
function continueIn(
  rule: Rule,
  above: readonly WarningLevel[],
  rises: Rises,
  { at, value, doubtful }: JudgedReading,
  isItsTime: boolean,
): Rises {
  const next: Partial<Record<WarningLevel, Held>> = {};
  for (const level of above) {
    const held = rises[level];
    const isReached = reaches(rule, level, value);
    if (isReached && isItsTime) next[level] = holdOn(held, at, rule.intervalMs);
    else if (held !== undefined && (isReached || doubtful || at < held.at)) next[level] = held;
  }
  return next;
}

function continueFall(rule: Rule, state: RuleState, reading: JudgedReading): Held | null {
  const { level, pending } = state;
  if (level === 'normal' || !isBack(rule, level, reading.value)) return null;
  return mayLower(state, reading) ? holdOn(pending.fall ?? undefined, reading.at, rule.intervalMs) : pending.fall;
}

/** Whether a reading can speak for leaving the present level: it is good, and from after the level was entered. */
const mayLower = ({ changedAt }: RuleState, { at, doubtful }: JudgedReading): boolean =>
  !doubtful && (changedAt === null || at > changedAt);

const hasRisen = (rule: Rule, held: Held | undefined): boolean =>
  held !== undefined && isFulfilled(held, rule.onDelayMs, rule.intervalMs);

function withPending(state: RuleState, pending: Pending): RuleState {
  if (isNothing(pending)) return isNothing(state.pending) ? state : { ...state, pending: NOTHING_PENDING };
  return { ...state, pending };
}

const isNothing = ({ rises, risesOnArrival, fall }: Pending): boolean =>
  fall === null && risesOnArrival === undefined && Object.keys(rises).length === 0;
