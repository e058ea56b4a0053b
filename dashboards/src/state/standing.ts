import type { RuleView, SensorView, SiteOverview } from '../../../src/contract/http.ts';
import { WARNING_LEVELS, gravest, isGraver, rank } from '../../../src/core/level.ts';
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

/** Of the whole site: its gravest level, and how many sensors are not reliably seen. */
export function siteStanding(overview: SiteOverview, seeing: Seeing): { level: Level; uncertain: number } {
  const doubts = overview.sensors.map((sensor) => standing(sensor, overview.rules, seeing).doubt);
  return {
    level: gravest(overview.rules.map((rule) => rule.level)),
    uncertain: doubts.filter((doubt) => doubt !== null && doubt !== 'unjudged').length,
  };
}

/** The limit that matters next to an operator. */
export interface NextLimit {
  /** `ahead`: the nearest graver one. At the gravest: `past` it, or `held` there although the value has come back. */
  readonly kind: 'ahead' | 'past' | 'held';
  readonly level: WarningLevel;
  /** From the value to the limit in the sensor's unit, never negative. */
  readonly distance: number;
}

/** Where a value stands towards the limits of its rules, given the level each is at; undefined without limits. */
export function nextLimit(value: number, rules: readonly RuleView[]): NextLimit | undefined {
  const all = rules.flatMap((rule) =>
    WARNING_LEVELS.flatMap((level) => {
      const limit = rule.limits[level];
      if (limit === undefined) return [];
      const toGo = rule.worse === 'rising' ? limit - value : value - limit;
      return [{ level, toGo, reached: !isGraver(level, rule.level) }];
    }),
  );
  const [ahead] = all.filter(({ toGo, reached }) => toGo > 0 && !reached).sort((a, b) => a.toGo - b.toGo);
  if (ahead !== undefined) return { kind: 'ahead', level: ahead.level, distance: ahead.toGo };
  const [worst] = all.sort((a, b) => rank(b.level) - rank(a.level));
  if (worst === undefined) return undefined;
  return { kind: worst.toGo > 0 ? 'held' : 'past', level: worst.level, distance: Math.abs(worst.toGo) };
}
