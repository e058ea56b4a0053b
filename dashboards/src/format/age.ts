import type { DurationMs } from '../../../src/core/time.ts';
import type { Say } from '../words/say.ts';

/** A length of time in words with at most two units: 47 s, 3 min 5 s, 2 h 10 min, 4 d. Negative counts as zero. */
export function lengthInWords(say: Say, lengthMs: DurationMs): string {
  const seconds = Math.max(0, Math.floor(lengthMs / 1000));
  if (seconds < 60) return say('age.seconds', { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10 && seconds % 60 !== 0) return say('age.minutesSeconds', { n: minutes, s: seconds % 60 });
  if (minutes < 60) return say('age.minutes', { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 10 && minutes % 60 !== 0) return say('age.hoursMinutes', { n: hours, m: minutes % 60 });
  if (hours < 48) return say('age.hours', { n: hours });
  return say('age.days', { n: Math.floor(hours / 24) });
}

/** How old something is: "just now" below 2 s, then its length and "ago". */
export const ageInWords = (say: Say, ageMs: DurationMs): string =>
  ageMs < 2000 ? say('tile.ageNow') : say('tile.age', { age: lengthInWords(say, ageMs) });

/** Time left as m:ss or h:mm:ss, rounded up so that 0:00 means due; never negative. */
export function countdown(leftMs: DurationMs): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0
    ? `${String(hours)}:${two(minutes)}:${two(seconds % 60)}`
    : `${String(minutes)}:${two(seconds % 60)}`;
}
