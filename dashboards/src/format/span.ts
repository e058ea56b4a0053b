import type { Say } from '../words/say.ts';
import { fullDate, hourAndMinute } from './clock.ts';

/** From when until when, each with its day where they are not the same. */
export function spanText(words: Say, from: number, to: number, timeZone: string): string {
  const { language } = words;
  const day = (at: number): string => fullDate(at, timeZone, language);
  const time = (at: number): string => hourAndMinute(at, timeZone, language);
  return `${day(from)} ${time(from)} – ${day(from) === day(to) ? '' : `${day(to)} `}${time(to)}`;
}
