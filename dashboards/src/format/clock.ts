import { LOCALE } from '../words/say.ts';
import type { Language } from '../words/say.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs 0.1 ms and the clock ticks: they are kept. */
function format(key: string, language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${key} ${language} ${options.timeZone ?? ''}`;
  const known = formats.get(id);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(LOCALE[language], { hourCycle: 'h23', ...options });
  formats.set(id, made);
  return made;
}

/** HH:mm:ss in the site's zone; undefined is this machine's. */
export const timeOfDay = (at: number, timeZone: string | undefined, language: Language): string =>
  format('time', language, { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);

/** HH:mm in the site's zone. */
export const hourAndMinute = (at: number, timeZone: string, language: Language): string =>
  format('minute', language, { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);

/** Month and day in the site's zone. */
export const monthAndDay = (at: number, timeZone: string | undefined, language: Language): string =>
  format('day', language, { timeZone, month: '2-digit', day: '2-digit' }).format(at);

/** Full date with weekday in the site's zone. */
export const fullDate = (at: number, timeZone: string, language: Language): string =>
  format('date', language, { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short' }).format(
    at,
  );

/** Time of day, with the date when it is more than 20 h from `now`: an old time must not look like today's. */
export function moment(at: number, now: number, timeZone: string | undefined, language: Language): string {
  const time = timeOfDay(at, timeZone, language);
  if (Math.abs(now - at) < 20 * 3_600_000) return time;
  const years = Math.abs(now - at) > 300 * 86_400_000;
  const day = years
    ? format('year', language, { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
    : monthAndDay(at, timeZone, language);
  return `${day} ${time}`;
}
