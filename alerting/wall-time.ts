import type { Instant } from '../src/core/time.ts';

/** What a clock on the wall of a place shows; `hour` (00 to 23) and `minute` with two digits. */
export interface WallTime {
  readonly month: number;
  readonly day: number;
  readonly hour: string;
  readonly minute: string;
}

/** The wall time of an instant in an IANA zone. */
export function wallTime(at: Instant, timeZone: string): WallTime {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const named = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  return { month: Number(named('month')), day: Number(named('day')), hour: named('hour'), minute: named('minute') };
}
