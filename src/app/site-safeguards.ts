import type { SiteConfig } from '../contract/site-config.ts';
import type { Level } from '../core/level.ts';
import type { SiteFileFault } from './site-file.ts';
import { targetOf } from './site-model.ts';
import type { LoadedSite } from './site-model.ts';

/** What is known of a site's past when a new configuration of it arrives. */
export interface SitePast {
  /** The configuration in force; null for a new site. */
  readonly present: LoadedSite | null;
  readonly others: readonly LoadedSite[];
  /** Level of every target that has ever changed it. */
  readonly levels: ReadonlyMap<string, Level>;
  /** Numbers of the sensors that have readings. */
  readonly recorded: ReadonlySet<number>;
}

/**
 * What a configuration may not do though it is right in itself: make messages ambiguous, change what recorded
 * readings mean, or lower a level without a reading.
 */
export function safeguardFaults(config: SiteConfig, { present, others, levels, recorded }: SitePast): SiteFileFault[] {
  const faults = sharedTopics(config, others);
  if (present === null) return faults;
  return [...faults, ...changedMeaning(config, present, recorded), ...brokenRules(config, present, levels)];
}

function sharedTopics(config: SiteConfig, others: readonly LoadedSite[]): SiteFileFault[] {
  const topics = new Set(topicsOf(config));
  return others
    .filter((other) => topicsOf(other.config).some((topic) => topics.has(topic)))
    .map(({ siteId }) => ({
      path: ['mqtt', 'topic'],
      message: `gives a sensor the same topic as one of the site "${siteId}"`,
    }));
}

const topicsOf = ({ mqtt, sensors }: SiteConfig): string[] =>
  sensors.map(({ code }) => mqtt.topic.replace('{sensor}', code));

function changedMeaning(config: SiteConfig, present: LoadedSite, recorded: ReadonlySet<number>): SiteFileFault[] {
  return config.sensors.flatMap((sensor, i) => {
    const was = present.config.sensors.find(({ code }) => code === sensor.code);
    if (was === undefined || !recorded.has(present.sensorIds.get(sensor.code) ?? 0)) return [];
    return (['item', 'unit'] as const)
      .filter((key) => was[key] !== sensor[key])
      .map((key) => ({
        path: ['sensors', i, key],
        message: `its recorded readings are ${was[key]}: give the sensor a new code`,
      }));
  });
}

function brokenRules(config: SiteConfig, present: LoadedSite, levels: SitePast['levels']): SiteFileFault[] {
  return present.config.rules.flatMap((was): SiteFileFault[] => {
    const level = levels.get(targetOf(config.site, was.id));
    if (level === undefined) return [];
    const i = config.rules.findIndex(({ id }) => id === was.id);
    const rule = config.rules[i];
    if (rule === undefined) {
      const message = `"${was.id}" stands at ${level}: a rule can be removed when its level is normal`;
      return level === 'normal' ? [] : [{ path: ['rules'], message }];
    }
    return (['sensor', 'worse'] as const)
      .filter((key) => was[key] !== rule[key])
      .map((key) => ({
        path: ['rules', i, key],
        message: `"${was.id}" has judged with ${was[key]}: give the rule a new id`,
      }));
  });
}
