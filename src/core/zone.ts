import { DAY, HOUR, SECOND, instant } from './time.ts';
import type { DurationMs, Instant } from './time.ts';

/** A day of a place's calendar, `2026-07-01`; compares as text. */
export type LocalDate = string;

/** What a clock on a wall shows, `08:00`, from `00:00` to `23:59`. */
export type WallClock = string;

/** Zones are few and a formatter costs a millisecond to make. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timeZone, made);
  return made;
}

/** What the wall of an IANA zone shows, as if it were UTC: for arithmetic on the calendar. */
function wallAsUtc(at: Instant, timeZone: string): number {
  const parts = new Map(
    formatterOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = (
    ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
  ).map((type) => parts.get(type));
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** How far the wall is ahead of UTC. */
const offsetMs = (at: number, timeZone: string): DurationMs => {
  const whole = Math.floor(at / SECOND) * SECOND;
  return wallAsUtc(instant(whole), timeZone) - whole;
};

/** The day that an instant falls on in an IANA zone. */
export const localDate = (at: Instant, timeZone: string): LocalDate =>
  new Date(wallAsUtc(at, timeZone)).toISOString().slice(0, 10);

/** What the wall shows at an instant in an IANA zone, to the minute. */
export const wallClock = (at: Instant, timeZone: string): WallClock =>
  new Date(wallAsUtc(at, timeZone)).toISOString().slice(11, 16);

/** The day so many days later; earlier when negative. */
export const addDays = (date: LocalDate, days: number): LocalDate =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** Days of the calendar from one day to another; negative when the other is earlier. */
export const daysBetween = (from: LocalDate, to: LocalDate): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);

/** Every day from one to another, both included. */
export const datesFrom = (from: LocalDate, to: LocalDate): readonly LocalDate[] =>
  Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_one, i) => addDays(from, i));

/**
 * When the wall of an IANA zone shows this time on this day. A time that comes twice, as clocks go back, is its first
 * coming; one that is skipped, as they go forward, is the moment of the change. So of two times of a wall the later one
 * is never the earlier instant.
 */
export function instantOf(date: LocalDate, time: WallClock, timeZone: string): Instant {
  const wall = Date.parse(`${date}T${time}:00Z`);
  const [before, after] = [offsetMs(wall - DAY, timeZone), offsetMs(wall + DAY, timeZone)];
  const shown = [wall - before, wall - after].filter((at) => wallAsUtc(instant(at), timeZone) === wall);
  return shown.length > 0 ? instant(Math.min(...shown)) : changeBetween(wall - after, wall - before, timeZone);
}

/** The moment between these at which the wall jumps. */
function changeBetween(early: number, late: number, timeZone: string): Instant {
  let [low, high] = [Math.min(early, late) - HOUR, Math.max(early, late)];
  const begins = offsetMs(low, timeZone);
  // Zones change at whole minutes; a second is exact enough for those of the nineteenth century.
  while (high - low > SECOND) {
    const middle = Math.floor((low + high) / 2 / SECOND) * SECOND;
    if (offsetMs(middle, timeZone) === begins) low = middle;
    else high = middle;
  }
  return instant(high);
}
