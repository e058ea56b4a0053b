import { WARNING_LEVELS, isGraver, rank } from '../src/core/level.ts';
import type { Level, WarningLevel } from '../src/core/level.ts';
import { elapsedMs } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import type { JudgedReading } from './judged-reading.ts';
import type { Rule } from './rule.ts';
import { reaches } from './threshold.ts';

/** The one doubtful reading that an unverified level rests on. Plain JSON: it is stored with the level. */
export interface Doubt {
  /** The level beneath that is verified: what stands when the doubtful reading turns out to be wrong. */
  readonly base: Level;
  readonly value: number;
  /** When it was judged. */
  readonly at: Instant;
  readonly onArrival: boolean;
  /** When its instrument says that it was measured. */
  readonly observedAt: Instant;
}

/** One doubtful reading does not get people out of bed for these; for a milder one it does. */
const needsAgreement = (level: Level): boolean => rank(level) >= rank('orange');

/** So many doubtful readings that good ones took back, within so many intervals, are no chance: the next is believed. */
const TAKEN_BACK_MAX = 2;
const TAKEN_BACK_INTERVALS = 12;

/** When doubtful readings were judged that a good one took back, of those that still count beside one at `at`. */
const stillCounting = ({ intervalMs }: Rule, takenBack: readonly Instant[], at: Instant): readonly Instant[] =>
  takenBack.filter((each) => Math.abs(elapsedMs(each, at)) <= TAKEN_BACK_INTERVALS * intervalMs);

/** The same with one more. */
export const takenBackWith = (rule: Rule, takenBack: readonly Instant[], { at }: Doubt): readonly Instant[] =>
  [...stillCounting(rule, takenBack, at), at].slice(-TAKEN_BACK_MAX);

/**
 * What is to be doubted when a reading raises a target to `to`; null: nothing, people are called.
 * It is when the reading is doubtful and nothing before it, a good one or a doubtful one, went as far. An instrument that
 * says so again and again, each time denied, is not denied for ever: the third time counts.
 *
 * @param isFirst whether no earlier reading has reached `to` while its on-delay ran.
 */
export function doubtOf(
  rule: Rule,
  state: { readonly level: Level; readonly doubt: Doubt | null; readonly takenBack?: readonly Instant[] },
  reading: JudgedReading,
  to: WarningLevel,
  isFirst: boolean,
): Doubt | null {
  if (!reading.doubtful || !needsAgreement(to) || !isFirst) return null;
  const { doubt, takenBack = [] } = state;
  if (stillCounting(rule, takenBack, reading.at).length >= TAKEN_BACK_MAX) return null;
  // Two doubtful readings that both call for people agree about that.
  if (doubt !== null && isAnother(rule, doubt, reading)) return null;
  return onlyBy(reading, doubt?.base ?? state.level);
}

/** An unverified level now rests on this reading. */
export const onlyBy = ({ at, value, onArrival = false, observedAt = at }: JudgedReading, base: Level): Doubt => ({
  base,
  value,
  at,
  onArrival,
  observedAt,
});

/**
 * Whether a reading is another measurement than the doubted one. The same one again is not, nor is another value for
 * the same instant, save where both came on arrival and an interval apart: that is a clock that stands still.
 */
export function isAnother(
  rule: Rule,
  doubt: Doubt,
  { at, onArrival = false, observedAt = at }: JudgedReading,
): boolean {
  if (observedAt !== doubt.observedAt) return true;
  return onArrival && doubt.onArrival && elapsedMs(doubt.at, at) >= rule.intervalMs;
}

/**
 * Whether a value speaks for an unverified level: it reaches the mildest level, orange or red, that is graver than what
 * is verified beneath. Where red is unverified and a second reading reaches orange, people have to be called, and red
 * is what stands.
 */
export function speaksFor(rule: Rule, level: WarningLevel, { base }: Doubt, value: number): boolean {
  const asked = WARNING_LEVELS.find(
    (milder) =>
      needsAgreement(milder) && isGraver(milder, base) && rule.limits[milder] !== undefined && !isGraver(milder, level),
  );
  return reaches(rule, asked ?? level, value);
}

/** A target as its neighbours see it. */
export interface Neighbour {
  /** Another rule of the same point is no second opinion. */
  readonly point: string;
  readonly isInService: boolean;
  readonly level: Level;
  readonly doubt: Doubt | null;
}

/** Whether a target of the same item at the same site backs an unverified one: verified itself, and at most one level milder. */
export const backs = (by: Neighbour, unverified: Neighbour): boolean =>
  by.isInService &&
  by.point !== unverified.point &&
  by.doubt === null &&
  by.level !== 'normal' &&
  rank(by.level) >= rank(unverified.level) - 1;
