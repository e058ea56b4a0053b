import { WARNING_LEVELS } from '../../src/core/level.ts';
import type { WarningLevel } from '../../src/core/level.ts';
import { DAY, SECOND, elapsedMs } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import { addDays, instantOf, localDate } from '../../src/core/zone.ts';
import { ladderOf } from '../ladder.ts';
import { peopleOn } from '../people-on.ts';
import type { CalloutPolicy, Medium } from '../policy.ts';
import { rehearse } from '../rehearsal.ts';
import type { RehearsedCall } from '../rehearsal.ts';
import { rungOf } from '../rung.ts';
import { overLimit } from './limit.ts';
import type { Limits } from './limit.ts';

/** A carrier as far as its budget goes; they are asked in the order they are given. */
export interface PlannedCarrier {
  readonly name: string;
  readonly media: readonly Medium[];
  readonly limits: Limits;
}

/** What a ladder asks of its carriers that they do not let through, if nobody answers for a day. */
export interface BudgetFault {
  /** For a level that is reached then. */
  readonly at: Instant;
  readonly level: WarningLevel;
  /** Its place on the ladder, from 1; null: nobody of the ladder is called so, as in a confirming call. */
  readonly rung: number | null;
  readonly contactId: string;
  readonly medium: Medium;
  /** The how-manieth call or message of that medium to that number it is. */
  readonly call: number;
  /** Since the level was reached. */
  readonly afterSeconds: number;
  /** `over-limit`: held, and the next person is called instead; red is asked for all the same, and a vendor may refuse it. */
  readonly why: 'over-limit' | 'no-carrier';
}

/**
 * Simulates the ladder of each level against what its carriers let through to one number, by the code that would run it,
 * with nobody answering for a day: from `at`, and from the next nights and days on which otherwise many people are on
 * duty, so that holidays and gaps of the roster are walked. Of each level, person and medium the first fault is told.
 */
export function budgetFaults(
  policy: CalloutPolicy,
  carriers: readonly PlannedCarrier[],
  at: Instant,
): readonly BudgetFault[] {
  const faults = plannedMoments(policy, at).flatMap((moment) =>
    WARNING_LEVELS.filter((level) => policy.ladders[level] !== undefined).flatMap((level) =>
      faultsOf(policy, carriers, level, moment),
    ),
  );
  const keyOf = ({ level, contactId, medium }: BudgetFault): string => `${level} ${contactId} ${medium}`;
  const first = new Map(faults.toReversed().map((fault) => [keyOf(fault), fault]));
  return faults.filter((fault) => first.get(keyOf(fault)) === fault);
}

/** So far ahead a roster is walked, as the nightly list of its gaps is. */
const WALKED_DAYS = 30;
/** Of moments with as many people on every rung one stands for all; a roster has few kinds of them. */
const MOMENTS_AT_MOST = 4;
const WALLS = ['02:00', '14:00'] as const;

/** `at`, and the first night or day of the next 30 of each other kind: a weekend, a holiday, a gap. Without a roster only `at`. */
export function plannedMoments(policy: CalloutPolicy, at: Instant): readonly [Instant, ...Instant[]] {
  if (policy.roster === undefined) return [at];
  const today = localDate(at, policy.timeZone);
  const days = Array.from({ length: WALKED_DAYS }, (_one, i) => addDays(today, i + 1));
  const moments = days.flatMap((day) => WALLS.map((wall) => instantOf(day, wall, policy.timeZone)));
  const kinds = new Map<string, Instant>();
  for (const moment of [at, ...moments]) {
    const kind = kindOf(policy, moment);
    if (!kinds.has(kind)) kinds.set(kind, moment);
  }
  const [, ...others] = kinds.values();
  return [at, ...others.slice(0, MOMENTS_AT_MOST - 1)];
}

/** How many people stand on each rung. */
const kindOf = (policy: CalloutPolicy, at: Instant): string =>
  WARNING_LEVELS.flatMap((level) => (policy.ladders[level]?.rungs ?? []).map(rungOf))
    .map((rung) => peopleOn({ policy, at }, rung).length)
    .join();

function faultsOf(
  policy: CalloutPolicy,
  carriers: readonly PlannedCarrier[],
  level: WarningLevel,
  at: Instant,
): readonly BudgetFault[] {
  const target = Object.keys(policy.targets)[0] ?? policy.siteId;
  const { calls } = rehearse(policy, { target, level, value: 0, limit: 0, at, lastsMs: DAY, answers: [] });
  const uses = new Map<string, Instant[]>();
  const made = new Map<string, number>();
  const faults = new Map<string, BudgetFault>();
  for (const call of calls) {
    const number = `${call.contactId} ${call.medium} ${String(call.line)}`;
    const nth = (made.get(number) ?? 0) + 1;
    made.set(number, nth);
    const why = placed(call, carriers, uses);
    const key = `${call.contactId} ${call.medium}`;
    if (why === null || faults.has(key)) continue;
    const { contactId, medium, level: asked } = call;
    faults.set(key, {
      at,
      level,
      rung: placeOf(policy, asked, call),
      contactId,
      medium,
      call: nth,
      afterSeconds: Math.round(elapsedMs(at, call.at) / SECOND),
      why,
    });
  }
  return [...faults.values()];
}

/** Null: a carrier takes it, and has one less for that number. */
function placed(
  { contactId, line, medium, level, at }: RehearsedCall,
  carriers: readonly PlannedCarrier[],
  uses: Map<string, Instant[]>,
): BudgetFault['why'] | null {
  const own = carriers.filter(({ media }) => media.includes(medium));
  if (own.length === 0) return 'no-carrier';
  const keyOf = (name: string): string => `${name} ${contactId} ${String(line)}`;
  const free = own.find(
    ({ name, limits }) => overLimit(limits, uses.get(keyOf(name)) ?? [], at, level === 'red') === null,
  );
  if (free === undefined) return 'over-limit';
  uses.set(keyOf(free.name), [...(uses.get(keyOf(free.name)) ?? []), at]);
  return null;
}

function placeOf(policy: CalloutPolicy, level: WarningLevel, { contactId, medium, at }: RehearsedCall): number | null {
  const rungs = (ladderOf(policy, level)?.rungs ?? []).map(rungOf);
  const place = rungs.findIndex(
    (rung) => rung.media.includes(medium) && peopleOn({ policy, at }, rung).some(({ id }) => id === contactId),
  );
  return place === -1 ? null : place + 1;
}
