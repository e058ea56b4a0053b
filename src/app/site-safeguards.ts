import { PULSE_TOPIC, UNRECORDED_TOPIC, liveTopic } from '../contract/live.ts';
import { SENSOR, filterOf, haveCommonTopic, mappingsOf } from '../contract/mqtt-config.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { pointOf, targetOf } from '../contract/site-facts.ts';
import type { Level } from '../core/level.ts';
import { haveTopicInCommon } from '../core/topic-filter.ts';
import type { SiteFileFault } from './site-file.ts';

type SensorConfig = SiteConfig['sensors'][number];
type RuleConfig = SiteConfig['rules'][number];
type ChannelConfig = NonNullable<SiteConfig['channels']>[number];

/** What is known of a site's past when a new configuration of it arrives. */
export interface SitePast {
  /** Every channel of every version by its code, as it was last written. */
  readonly channels: ReadonlyMap<string, ChannelConfig>;
  /** Every sensor of every version by its code, as it was last written. */
  readonly sensors: ReadonlyMap<string, SensorConfig>;
  /** Every rule of every version by its id, as it was last written. */
  readonly rules: ReadonlyMap<string, RuleConfig>;
  /** Codes of the sensors that have readings. */
  readonly recorded: ReadonlySet<string>;
  /** Level of every target that has ever changed it. */
  readonly levels: ReadonlyMap<string, Level>;
  /** Points that are being worked on. */
  readonly inMaintenance: ReadonlySet<string>;
  /** Where devices of other sites may publish that have topics of their own. */
  readonly foreignDevices: readonly string[];
  /** What the configuration in force says of its service; null: nothing. */
  readonly service: NonNullable<SiteConfig['service']> | null;
  /** A real call was answered here lately. */
  readonly isCallProved: boolean;
}

/**
 * What a configuration may not do though it is right in itself: make messages ambiguous, change what recorded
 * readings mean, or lower a level without a reading.
 */
export const safeguardFaults = (config: SiteConfig, past: SitePast, others: readonly SiteConfig[]): SiteFileFault[] => [
  ...reservedTopics(config),
  ...sharedTopics(config, others),
  ...foreignTopics(config, past),
  ...changedMeaning(config, past),
  ...changedChannels(config, past),
  ...changedDerivations(config, past),
  ...brokenRules(config, past),
  ...borrowedApprovals(config, past),
  ...unguardedLevels(config, past),
  ...movedIntoWork(config, past),
  ...unprovedService(config, past),
];

/** Nobody may believe that a site calls people who has never heard its phone ring. What calls is not touched by it. */
const unprovedService = ({ service }: SiteConfig, past: SitePast): SiteFileFault[] =>
  service === 'in-service' && past.service !== 'in-service' && !past.isCallProved
    ? [
        {
          path: ['service'],
          message:
            'in-service is refused: no real call was answered at this site within 90 days. Apply it as trial, have one of its people called ("call me now") by real phones and press the key, then declare it',
        },
      ]
    : [];

/**
 * With two templates for one topic the readings would go to one site, and the other would be blind for ever. Whoever
 * writes this site may not know of the other: neither its name nor its topic is told.
 */
const sharedTopics = (config: SiteConfig, others: readonly SiteConfig[]): SiteFileFault[] =>
  topicsOf(config)
    .filter(({ topic }) => others.flatMap(topicsOf).some((theirs) => haveCommonTopic(topic, theirs.topic)))
    .map(({ topic, path }) => ({ path, message: `"${topic}" can match a topic of another site` }));

/** A device was given its topics when nobody read them: with this mapping it would speak for the instruments of this site. */
const foreignTopics = (config: SiteConfig, { foreignDevices }: SitePast): SiteFileFault[] =>
  topicsOf(config)
    .filter(({ topic }) => foreignDevices.some((theirs) => haveTopicInCommon(filterOf(topic), theirs)))
    .map(({ topic, path }) => ({
      path,
      message: `"${topic}" can match a topic on which a device of another site may publish`,
    }));

/** What the judge itself publishes would come back to it as messages of an instrument. */
const reservedTopics = (config: SiteConfig): SiteFileFault[] =>
  topicsOf(config)
    .filter(({ topic }) => OURS.some((ours) => haveCommonTopic(topic, ours)))
    .map(({ topic, path }) => ({
      path,
      message: `"${topic}" can match topics under tailwatch/: these are not for instruments`,
    }));

const OURS = [PULSE_TOPIC, UNRECORDED_TOPIC, liveTopic(SENSOR)];

const topicsOf = (config: SiteConfig) =>
  mappingsOf(config).map(({ topic }, i) => ({
    topic,
    path: Array.isArray(config.mqtt) ? ['mqtt', i, 'topic'] : ['mqtt', 'topic'],
  }));

const changedMeaning = (config: SiteConfig, { sensors, recorded }: SitePast): SiteFileFault[] =>
  config.sensors.flatMap((sensor, i) => {
    const was = sensors.get(sensor.code);
    if (was === undefined || !recorded.has(sensor.code)) return [];
    return (['item', 'unit'] as const)
      .filter((key) => was[key] !== sensor[key])
      .map((key) => ({
        path: ['sensors', i, key],
        message: `its recorded readings are ${was[key]}: give the sensor a new code`,
      }));
  });

const changedChannels = (config: SiteConfig, { channels, sensors, recorded }: SitePast): SiteFileFault[] =>
  (config.channels ?? []).flatMap((channel, i): SiteFileFault[] => {
    if (!recorded.has(channel.code)) return [];
    const was = channels.get(channel.code);
    if (was === undefined && !sensors.has(channel.code)) return [];
    return was?.unit === channel.unit
      ? []
      : [
          {
            path: ['channels', i, 'unit'],
            message: 'has recorded readings of another meaning: give the channel a new code',
          },
        ];
  });

/** What readings were made with stays; constants that hold from another day are added below. */
const changedDerivations = (config: SiteConfig, { channels, sensors, recorded }: SitePast): SiteFileFault[] =>
  config.sensors.flatMap(({ code, derive }, i): SiteFileFault[] => {
    if (!recorded.has(code)) return [];
    const was = sensors.get(code)?.derive;
    if (channels.has(code) || was?.formula !== derive?.formula) {
      const message = 'its recorded readings were made in another way: give the sensor a new code';
      return [{ path: ['sensors', i, 'derive'], message }];
    }
    return (was?.calibrations ?? []).flatMap((before, k): SiteFileFault[] => {
      if (sameWritten(before, derive?.calibrations[k])) return [];
      const message = `"${before.from}" has made readings: it stays, and other constants are added below from their own day`;
      return [{ path: ['sensors', i, 'derive', 'calibrations', k], message }];
    });
  });

/** The database keeps keys in an order of its own. */
function sameWritten(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const [a, b] = [Object.entries(one), new Map(Object.entries(other))];
  const present = [...b].filter(([, value]) => value !== undefined).length;
  return a.length === present && a.every(([key, value]) => sameWritten(value, b.get(key)));
}

/** What decides about a level: who approves limits approves these. */
const APPROVED_KEYS = ['limits', 'worse', 'deadband', 'onDelaySeconds', 'offDelaySeconds'] as const;

/** An approval is of the limits that it was given for. Other limits need one of their own, or none: then they call nobody. */
const borrowedApprovals = (config: SiteConfig, { rules }: SitePast): SiteFileFault[] =>
  config.rules.flatMap((rule, i): SiteFileFault[] => {
    const was = rules.get(rule.id);
    if (was?.approved === undefined || !sameWritten(was.approved, rule.approved)) return [];
    const changed = APPROVED_KEYS.filter((key) => !sameWritten(was[key], rule[key]));
    return changed.length === 0
      ? []
      : [
          {
            path: ['rules', i, 'approved'],
            message: `was given for other ${changed.join(', ')}: write down the approval of these, or leave it out`,
          },
        ];
  });

const brokenRules = (config: SiteConfig, { rules, levels }: SitePast): SiteFileFault[] =>
  [...rules.values()].flatMap((was): SiteFileFault[] => {
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

/** Whoever was called for a level is called for it until readings have lowered it. */
const unguardedLevels = (config: SiteConfig, { sensors, rules, levels }: SitePast): SiteFileFault[] =>
  config.rules.flatMap((rule, i): SiteFileFault[] => {
    const level = levels.get(targetOf(config.site, rule.id)) ?? 'normal';
    if (level === 'normal') return [];
    const k = config.sensors.findIndex(({ code }) => code === rule.sensor);
    const [was, is] = [sensors.get(rule.sensor)?.state, config.sensors[k]?.state].map((state) => state ?? 'in-service');
    const until = `when the level of "${rule.id}" is normal; it stands at ${level}`;
    return [
      ...(was === 'in-service' && is !== 'in-service'
        ? [{ path: ['sensors', k, 'state'], message: `can be taken out of service ${until}` }]
        : []),
      ...(rules.get(rule.id)?.approved !== undefined && rule.approved === undefined
        ? [{ path: ['rules', i, 'approved'], message: `can be taken away ${until}` }]
        : []),
    ];
  });

/** Nobody would be asked who watches instead. */
const movedIntoWork = (config: SiteConfig, { channels, sensors, inMaintenance }: SitePast): SiteFileFault[] =>
  config.sensors.flatMap((each, i): SiteFileFault[] => {
    const was = sensors.get(each.code) ?? channels.get(each.code);
    const point = pointOf(each);
    if (was === undefined || pointOf(was) === point || !inMaintenance.has(point)) return [];
    const message = `"${point}" is being worked on: "${each.code}" can be moved there when that is over`;
    return [{ path: ['sensors', i, 'point'], message }];
  });
