import { DAY, MINUTE } from './time.ts';
import type { DurationMs, Instant } from './time.ts';

/** So long after midnight a day's root is made: whatever was under way at its end is written. */
const AFTER_MIDNIGHT: DurationMs = 10 * MINUTE;

/** The newest day, as YYYY-MM-DD on the calendar of an IANA zone, that ended ten minutes ago or longer. */
export function endedDay(now: Instant, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' });
  const named = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.formatToParts(now - AFTER_MIDNIGHT).find((part) => part.type === type)?.value);
  const today = Date.UTC(named('year'), named('month') - 1, named('day'));
  return new Date(today - DAY).toISOString().slice(0, 10);
}
