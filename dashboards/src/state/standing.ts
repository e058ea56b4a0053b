import type { RuleView, SensorView, SiteOverview } from '../../../src/contract/http.ts';
import { WARNING_LEVELS, gravest, isGraver } from '../../../src/core/level.ts';
import type { Level, WarningLevel } from '../../../src/core/level.ts';

/** Why a sensor's level cannot be taken at its word. */
export type Doubt = 'no-data' | 'blind' | 'stale' | 'doubtful' | 'unjudged' | 'unheard';

/** What can be said of a sensor: its level (null when no rule judges it) and what casts doubt on that. */
export interface Standing {
  readonly level: Level | null;
  readonly doubt: Doubt | null;
}

/** A sensor is out of date by itself after the three intervals that make it blind, and one more for the news to reach us. */
const STALE_INTERVALS = 4;

interface Seeing {
  /** Server time. */
  readonly now: number;
  /** False while the connection is lost or the judge is silent: then nothing on screen is known to be so. */
  readonly heard: boolean;
}

/** Gravest level of a sensor's rules, and the first reason to doubt it. Doubt never lowers the level. */
export function standing(sensor: SensorView, rules: readonly RuleView[], { now, heard }: Seeing): Standing {
  const own = rulesOf(sensor, rules);
  return {
    level: own.length === 0 ? null : gravest(own.map((rule) => rule.level)),
    doubt: doubtOf(sensor, own.length > 0, now, heard),
  };
}

export const rulesOf = (sensor: SensorView, rules: readonly RuleView[]): readonly RuleView[] =>
  rules.filter((rule) => rule.sensorId === sensor.sensorId);

function doubtOf(sensor: SensorView, judged: boolean, now: number, heard: boolean): Doubt | null {
  if (sensor.newest === null) return 'no-data';
  if (sensor.visibility === 'blind') return 'blind';
  if (!heard) return 'unheard';
  if (now - sensor.newest.receivedAt > STALE_INTERVALS * sensor.intervalMs + 5000) return 'stale';
  if (sensor.visibility === 'doubtful' || sensor.newest.doubtful) return 'doubtful';
  return judged ? null : 'unjudged';
}

/** True when a sensor must not look normal: its level is normal or unknown, and that cannot be relied on. */
export const isUnknown = ({ level, doubt }: Standing): boolean =>
  level === null || (level === 'normal' && doubt !== null);

/**
 * How far the level of the whole site can be believed: `partly` when some judged sensors are not reliably seen, `last-known`
 * when none is or nobody is heard, `unknown` when none has ever said anything.
 */
export type Certainty = 'known' | 'partly' | 'last-known' | 'unknown';

export interface SiteStanding {
  readonly level: Level;
  readonly certainty: Certainty;
  /** Sensors that are not reliably seen. */
  readonly uncertain: number;
}

/** Of the whole site: its gravest level, how far that can be believed, and how many sensors are not reliably seen. */
export function siteStanding(overview: SiteOverview, seeing: Seeing): SiteStanding {
  const { sensors, rules } = overview;
  const isDoubted = (sensor: SensorView): boolean => {
    const { doubt } = standing(sensor, rules, seeing);
    return doubt !== null && doubt !== 'unjudged';
  };
  const judged = sensors.filter((sensor) => rulesOf(sensor, rules).length > 0);
  const level = gravest(rules.map((rule) => rule.level));
  return {
    level,
    certainty: certaintyOf(level, judged, judged.filter(isDoubted).length, seeing.heard),
    uncertain: sensors.filter(isDoubted).length,
  };
}

function certaintyOf(level: Level, judged: readonly SensorView[], doubted: number, heard: boolean): Certainty {
  // A warning was raised by something that was known then.
  if (level === 'normal' && judged.every(({ newest }) => newest === null)) return 'unknown';
  if (!heard || doubted === judged.length) return 'last-known';
  return doubted > 0 ? 'partly' : 'known';
}

/** Where a value stands towards the limit that matters next to an operator. */
export interface NextLimit {
  /**
   * `held`: back past the limit of the level that still holds, within its deadband; `receding`: further back, so that the
   * level is about to step down; `ahead`: the nearest graver limit; `past`: beyond the gravest; `at`: exactly on it.
   */
  readonly kind: 'held' | 'receding' | 'ahead' | 'past' | 'at';
  readonly level: WarningLevel;
  readonly worse: RuleView['worse'];
  /** From the value to the limit in the sensor's unit, never negative. */
  readonly distance: number;
}

interface Gap extends Pick<NextLimit, 'level' | 'worse'> {
  /** Positive while the limit is not reached. */
  readonly toGo: number;
  readonly deadband: number;
}

/**
 * The one distance to show beside the level of a sensor, which is the gravest of its rules: how far the value is back from
 * the limit that holds, else how far from the next graver one. Never that of a milder level. Undefined without limits.
 */
export function nextLimit(value: number, rules: readonly RuleView[]): NextLimit | undefined {
  const level = gravest(rules.map((rule) => rule.level));
  const gaps = (of: readonly RuleView[], wanted: (one: WarningLevel) => boolean): Gap | undefined =>
    of
      .flatMap((rule) => WARNING_LEVELS.filter(wanted).flatMap((one) => gapOf(rule, one, value)))
      .toSorted((a, b) => a.toGo - b.toGo)[0];
  const held = gaps(
    rules.filter((rule) => rule.level === level),
    (one) => one === level,
  );
  if (held !== undefined && held.toGo > 0) return towards(held.toGo > held.deadband ? 'receding' : 'held', held);
  const gap = gaps(rules, (one) => isGraver(one, level)) ?? held;
  if (gap === undefined) return undefined;
  if (gap.toGo > 0) return towards('ahead', gap);
  return towards(gap.toGo === 0 ? 'at' : 'past', gap);
}

function gapOf({ limits, worse, deadband }: RuleView, level: WarningLevel, value: number): Gap[] {
  const limit = limits[level];
  return limit === undefined
    ? []
    : [{ level, worse, toGo: worse === 'rising' ? limit - value : value - limit, deadband }];
}

const towards = (kind: NextLimit['kind'], { level, worse, toGo }: Gap): NextLimit => ({
  kind,
  level,
  worse,
  distance: Math.abs(toGo),
});
