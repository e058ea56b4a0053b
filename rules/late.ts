import type { LateExceedance } from '../src/core/late-exceedance.ts';
import { WARNING_LEVELS, isGraver } from '../src/core/level.ts';
import type { Level, WarningLevel } from '../src/core/level.ts';
import { GAP_INTERVALS } from '../src/core/sensor.ts';
import type { Instant } from '../src/core/time.ts';

import type { Rule } from './rule.ts';
import { reaches } from './threshold.ts';

/** Late readings without a gap between them, of which people were told once. Forgotten by a restart. */
export interface LateEpisode {
  readonly level: WarningLevel;
  readonly from: Instant;
  readonly to: Instant;
}

interface LateReading {
  readonly observedAt: Instant;
  readonly receivedAt: Instant;
  readonly value: number;
}

/**
 * What a late reading says that stood higher than what stands: an exceedance that nobody was told of. The first of an
 * episode is told, and each that is graver than those before it: a backlog is one line, not thousands.
 */
export function lateExceedance(
  rule: Rule,
  standing: Level,
  episode: LateEpisode | null,
  { observedAt, receivedAt, value }: LateReading,
): { readonly episode: LateEpisode | null; readonly found: LateExceedance | null } {
  const level = WARNING_LEVELS.findLast((one) => reaches(rule, one, value));
  const limit = level && rule.limits[level];
  if (level === undefined || limit === undefined || !isGraver(level, standing)) return { episode, found: null };
  const gap = GAP_INTERVALS * rule.intervalMs;
  const goesOn = episode !== null && observedAt >= episode.from - gap && observedAt <= episode.to + gap;
  if (goesOn && !isGraver(level, episode.level)) {
    const [from, to] = [Math.min(episode.from, observedAt), Math.max(episode.to, observedAt)] as [Instant, Instant];
    return { episode: { ...episode, from, to }, found: null };
  }
  const { siteId, target, sensorId } = rule;
  return {
    episode: { level, from: observedAt, to: observedAt },
    found: { siteId, target, sensorId, level, standing, observedAt, receivedAt, value, limit },
  };
}
