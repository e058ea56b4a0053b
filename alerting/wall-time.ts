import type { Instant } from '../src/core/time.ts';
import { localDate, wallClock } from '../src/core/zone.ts';

/** What a clock on the wall of a place shows; `hour` (00 to 23) and `minute` with two digits. */
export interface WallTime {
  readonly month: number;
  readonly day: number;
  readonly hour: string;
  readonly minute: string;
}

/** The wall time of an instant in an IANA zone. */
export function wallTime(at: Instant, timeZone: string): WallTime {
  const [, month, day] = localDate(at, timeZone).split('-');
  const [hour = '', minute = ''] = wallClock(at, timeZone).split(':');
  return { month: Number(month), day: Number(day), hour, minute };
}
