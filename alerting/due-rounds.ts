import type { WarningLevel } from '../src/core/level.ts';
import { MINUTE, plus } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import { addDays, datesFrom, instantOf, localDate } from '../src/core/zone.ts';

/** A round of patrol, as a site plans it. */
export interface Patrol {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  /** `HH:MM` of the site's wall clock. */
  readonly times: readonly string[];
  readonly floodTimes?: readonly string[] | undefined;
  readonly graceMinutes: number;
  readonly missed: WarningLevel;
}

/** First and last day of the flood season, `MM-DD`; it may last over the turn of the year. */
export interface Season {
  readonly from: string;
  readonly to: string;
}

export interface DueRound {
  readonly dueAt: Instant;
  /** From then on it is missed. */
  readonly lateAt: Instant;
}

/** When a patrol is due after one instant and up to another, itself included, by the wall clock of its site. */
export function dueRounds(
  { times, floodTimes = times, graceMinutes }: Patrol,
  { season, timeZone }: { readonly season: Season; readonly timeZone: string },
  after: Instant,
  upTo: Instant,
): readonly DueRound[] {
  const days = datesFrom(localDate(after, timeZone), addDays(localDate(upTo, timeZone), 1));
  const due = days.flatMap((day) =>
    (isInSeason(season, day.slice(5)) ? floodTimes : times).map((time) => instantOf(day, time, timeZone)),
  );
  return [...new Set(due)]
    .filter((at) => at > after && at <= upTo)
    .toSorted((a, b) => a - b)
    .map((dueAt) => ({ dueAt, lateAt: plus(dueAt, graceMinutes * MINUTE) }));
}

const isInSeason = ({ from, to }: Season, day: string): boolean =>
  from <= to ? day >= from && day <= to : day >= from || day <= to;
