import { DAY, plus } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';

/** Calls of the nights of one week, which begins on a Monday in the site's zone. */
export interface NightWeek {
  /** `YYYY-MM-DD`. */
  readonly monday: string;
  readonly calls: number;
  /** Nights in which the telephone rang, however often. */
  readonly nights: number;
}

/** Night is from 22:00 to 06:00; what rings after midnight is of the night, and so the week, of the evening before. */
const FROM_HOUR = 22;
const TO_HOUR = 6;

/** The calls that rang at night, by week, the newest week first. */
export function nightCalls(calls: readonly Instant[], timeZone: string): readonly NightWeek[] {
  const format = new Intl.DateTimeFormat('sv', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const evenings = calls.flatMap((at) => {
    const [day = '', hour = ''] = format.format(at).split(' ');
    if (Number(hour) >= FROM_HOUR) return [day];
    return Number(hour) < TO_HOUR ? [dayBefore(day)] : [];
  });
  const weeks = Map.groupBy(evenings, mondayOf);
  return [...weeks]
    .map(([monday, of]) => ({ monday, calls: of.length, nights: new Set(of).size }))
    .sort((a, b) => b.monday.localeCompare(a.monday));
}

/** Days of the calendar are counted in UTC, where each has 24 hours. */
const dateOf = (day: string): Instant => Date.parse(`${day}T00:00:00Z`) as Instant;
const written = (at: Instant): string => new Date(at).toISOString().slice(0, 10);
const dayBefore = (day: string): string => written(plus(dateOf(day), -DAY));

function mondayOf(day: string): string {
  const sinceMonday = (new Date(dateOf(day)).getUTCDay() + 6) % 7;
  return written(plus(dateOf(day), -sinceMonday * DAY));
}
