import { isGraver } from '../src/core/level.ts';
import type { Instant } from '../src/core/time.ts';
import { addDays, instantOf, localDate, wallClock } from '../src/core/zone.ts';
import type { Callout } from './callout.ts';
import type { Moment } from './change.ts';
import { calledUpTo } from './ladder.ts';
import type { CalloutPolicy, QuietHours } from './policy.ts';

/** Until when nobody is called for this run, `null`: it calls. Only a measured blue or yellow waits, and only where nothing graver calls. */
export function heldUntil(
  { policy, at }: Pick<Moment, 'policy' | 'at'>,
  callout: Callout,
  index: number,
): Instant | null {
  const run = callout.runs[index];
  if (run === undefined || policy.quietHours === undefined || (run.kind !== 'level' && run.kind !== 'follow-up'))
    return null;
  if (isGraver(calledUpTo(callout.runs), 'yellow')) return null;
  const about = callout.news.filter((news) => news.run === index || news.number === run.news);
  // What somebody found, eyes that were lost and faults of our own wait for no morning.
  if (about.some(({ subject }) => subject !== 'target')) return null;
  return quietUntil(policy.quietHours, at, policy);
}

/** When the quiet hours end that hold at an instant, by the site's wall; `null`: none hold. `from` is the first minute, `to` none of them. */
export function quietUntil(
  { from, to }: QuietHours,
  at: Instant,
  { timeZone }: Pick<CalloutPolicy, 'timeZone'>,
): Instant | null {
  const now = wallClock(at, timeZone);
  const isQuiet = from < to ? now >= from && now < to : now >= from || now < to;
  if (!isQuiet) return null;
  const today = localDate(at, timeZone);
  const end = instantOf(now < to ? today : addDays(today, 1), to, timeZone);
  // As clocks go back a wall may show a quiet minute after their end.
  return end > at ? end : null;
}
