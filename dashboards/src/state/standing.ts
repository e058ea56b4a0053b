import type { RuleView, SensorView, SiteOverview } from '../../../src/contract/http.ts';
import { gravest } from '../../../src/core/level.ts';
import type { Level } from '../../../src/core/level.ts';
import { levelOf } from './overview-events.ts';

/** Why a sensor's level cannot be taken at its word. */
export type Doubt = 'no-data' | 'blind' | 'stale' | 'doubtful' | 'maintenance' | 'unjudged' | 'unheard';

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

export const rulesOf = (sensor: Pick<SensorView, 'sensorId'>, rules: readonly RuleView[]): readonly RuleView[] =>
  rules.filter((rule) => rule.sensorId === sensor.sensorId);

function doubtOf(sensor: SensorView, judged: boolean, now: number, heard: boolean): Doubt | null {
  // While somebody works on its point nothing of it is judged, and nothing of it is a fault.
  if (heard && maintenanceOf(sensor, now) !== null) return 'maintenance';
  if (sensor.newest === null) return 'no-data';
  if (sensor.visibility === 'blind') return 'blind';
  if (!heard) return 'unheard';
  if (now - sensor.newest.receivedAt > STALE_INTERVALS * sensor.intervalMs + 5000) return 'stale';
  if (sensor.visibility === 'doubtful' || sensor.newest.doubtful) return 'doubtful';
  return judged ? null : 'unjudged';
}

/** The work on a sensor's point that is going on; null: none, or its end has come. */
export const maintenanceOf = ({ maintenance }: SensorView, now: number): SensorView['maintenance'] =>
  maintenance !== null && maintenance.endedAt === null && now < maintenance.until ? maintenance : null;

/** Gravest rules of a sensor: those that stand at its level. */
export function standingRules(sensor: SensorView, rules: readonly RuleView[]): readonly RuleView[] {
  const own = rulesOf(sensor, rules);
  const level = gravest(own.map((rule) => rule.level));
  return own.filter((rule) => rule.level === level);
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
  /** False: only doubtful readings say so, and nobody is called yet. */
  readonly verified: boolean;
}

/** Of the whole site: its gravest level, how far that can be believed, and how many sensors are not reliably seen. */
export function siteStanding(overview: SiteOverview, seeing: Seeing): SiteStanding {
  const { rules } = overview;
  const sensors = overview.sensors.filter(({ state }) => state !== 'retired');
  const isDoubted = (sensor: SensorView): boolean => {
    const { doubt } = standing(sensor, rules, seeing);
    return doubt !== null && doubt !== 'unjudged';
  };
  const judged = sensors.filter((sensor) => rulesOf(sensor, rules).length > 0);
  const level = levelOf(overview);
  return {
    level,
    certainty: certaintyOf(level, judged, judged.filter(isDoubted).length, seeing.heard),
    uncertain: sensors.filter(isDoubted).length,
    verified:
      level === 'normal' ||
      rules.some((rule) => rule.level === level && rule.verified) ||
      // A person's word needs nothing that confirms it.
      overview.reports.some((report) => report.level === level),
  };
}

function certaintyOf(level: Level, judged: readonly SensorView[], doubted: number, heard: boolean): Certainty {
  // A warning was raised by something that was known then.
  if (level === 'normal' && judged.every(({ newest }) => newest === null)) return 'unknown';
  if (!heard || doubted === judged.length) return 'last-known';
  return doubted > 0 ? 'partly' : 'known';
}
