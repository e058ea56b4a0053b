import { instant } from '../../src/core/time.ts';
import type { Instant } from '../../src/core/time.ts';
import type { WrittenTime } from '../../src/contract/mqtt-config.ts';

/** End of year 9999: a later time is a unit mixed up, not a clock gone wrong. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The moment that is written, in whole milliseconds; `undefined` when it is none from 1970 to 9999 in the form that is configured. */
export function timeOf(form: WrittenTime, written: unknown): Instant | undefined {
  const ms = form === 'iso' ? isoMs(written) : typeof written === 'number' ? epochMs(form, written) : NaN;
  return ms >= 0 && ms <= LATEST ? instant(ms) : undefined;
}

/** Whole milliseconds: part of a reading's key, which no rounding elsewhere may change. */
const epochMs = (form: WrittenTime, written: number): number =>
  Math.round(form === 'epoch-s' ? written * 1000 : written);

const ISO = /^([1-9]\d{3})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))$/;

/** `Date.parse` would take 30 February for 2 March, and a time without zone for one in the server's. */
function isoMs(written: unknown): number {
  const parts = typeof written === 'string' ? ISO.exec(written) : null;
  if (parts === null) return NaN;
  const n = (i: number): number => Number(parts[i] ?? 0);
  const day = Date.UTC(n(1), n(2) - 1, n(3));
  if (new Date(day).getUTCDate() !== n(3) || new Date(day).getUTCMonth() !== n(2) - 1) return NaN;
  if (n(4) > 23 || n(5) > 59 || n(6) > 59 || n(9) > 23 || n(10) > 59) return NaN;
  const ms = Number(`${parts[7] ?? ''}000`.slice(0, 3));
  const zoneMinutes = (n(9) * 60 + n(10)) * (parts[8] === '-' ? -1 : 1);
  return day + ((n(4) * 60 + n(5) - zoneMinutes) * 60 + n(6)) * 1000 + ms;
}
