import type { SiteOverview } from '../../../src/contract/http.ts';
import { isGraver, rank } from '../../../src/core/level.ts';
import type { Level } from '../../../src/core/level.ts';
import { MINUTE, SECOND } from '../../../src/core/time.ts';
import { openRuns } from './callout.ts';

/** What is to be heard: people are called and nobody has answered, a new orange or red level, or nothing. */
export type Tone = 'calling' | 'level' | null;

/** A new orange or red level is heard for this long; while people are called, for as long as they are. */
const LEVEL_SOUNDS_MS = 20 * SECOND;
/** One click is silence for this long. It answers nothing and acknowledges nothing. */
export const SILENCE_MS = 2 * MINUTE;

/** What the page remembers of what it has let be heard. Times are this machine's. */
export interface AlarmSound {
  readonly siteId: string | null;
  /** The level last seen of each target. */
  readonly levels: ReadonlyMap<string, Level>;
  /** Ladders that were running. */
  readonly runs: ReadonlySet<string>;
  /** Until when the newest level is heard. */
  readonly levelUntil: number;
  readonly silentUntil: number;
}

export const quiet: AlarmSound = {
  siteId: null,
  levels: new Map(),
  runs: new Set(),
  levelUntil: 0,
  silentUntil: 0,
};

/**
 * After a look at the site. A target that has risen to orange or red, and a ladder that has begun, are new: they
 * break a silence that was asked for before them. What stands when a site is first seen is not new; that people are
 * being called is heard all the same.
 */
export function afterLook(before: AlarmSound, overview: SiteOverview, now: number): AlarmSound {
  const levels = new Map(overview.rules.map(({ target, level }) => [target, level]));
  const { callout } = overview;
  const runs = new Set(
    callout?.phase === 'calling'
      ? openRuns(callout).map((run) => `${callout.calloutId} ${String(callout.runs.indexOf(run))}`)
      : [],
  );
  if (before.siteId !== overview.siteId) return { ...quiet, siteId: overview.siteId, levels, runs };
  const rose = [...levels].some(
    ([target, level]) => rank(level) >= rank('orange') && isGraver(level, before.levels.get(target) ?? 'normal'),
  );
  const began = [...runs].some((run) => !before.runs.has(run));
  return {
    ...before,
    levels,
    runs,
    levelUntil: rose ? now + LEVEL_SOUNDS_MS : before.levelUntil,
    silentUntil: rose || began ? 0 : before.silentUntil,
  };
}

/** What would be heard now, were there no silence. */
export function toneDue({ runs, levelUntil }: AlarmSound, now: number): Tone {
  if (runs.size > 0) return 'calling';
  return now < levelUntil ? 'level' : null;
}
