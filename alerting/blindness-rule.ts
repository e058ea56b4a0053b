import type { WarningLevel } from '../src/core/level.ts';
import { MINUTE, plus } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import type { Visibility } from '../src/core/visibility.ts';

/** When blindness by itself calls: so many of these eyes, for so long. */
export interface BlindnessRule {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  /** Numbers of sensors. */
  readonly sensors: readonly number[];
  readonly atLeast: number;
  readonly minutes: number;
  readonly level: WarningLevel;
}

/** How an eye sees, and since when. */
export interface Eye {
  readonly visibility: Visibility;
  readonly since: Instant;
  /** Work on its point, or its commissioning: that it is dark is known, and no news. */
  readonly rests: boolean;
}

/** How a rule stands: `blind` when it calls, `waits` while too many are dark but not for long enough. */
export function blindnessOf(
  { sensors, atLeast, minutes }: BlindnessRule,
  eyes: ReadonlyMap<number, Eye>,
  now: Instant,
): { readonly state: 'seen' | 'waits' | 'blind'; readonly dark: number } {
  const dark = sensors
    .flatMap((id) => eyes.get(id) ?? [])
    .filter(({ visibility, rests }) => visibility === 'blind' && !rests)
    .map(({ since }) => since)
    .toSorted((a, b) => a - b);
  // With this one there were enough.
  const since = dark[atLeast - 1];
  if (since === undefined) return { state: 'seen', dark: dark.length };
  return { state: now >= plus(since, minutes * MINUTE) ? 'blind' : 'waits', dark: dark.length };
}
