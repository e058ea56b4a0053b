import type { CalloutPolicy } from '../../alerting/policy.ts';
import type { Rule } from '../../rules/rule.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { laddersOf } from './site-ladders.ts';
import { isGuarded, targetOf } from '../contract/site-facts.ts';
import type { Sensor } from '../core/sensor.ts';
import { SECOND, instant } from '../core/time.ts';

/** A site as the database has it: its newest configuration and the stable numbers of its sensors. */
export interface LoadedSite {
  readonly siteId: string;
  readonly version: number;
  readonly config: SiteConfig;
  /** By sensor code; also of sensors that are no longer configured. */
  readonly sensorIds: ReadonlyMap<string, number>;
}

function sensorId({ siteId, sensorIds }: LoadedSite, code: string): number {
  const id = sensorIds.get(code);
  if (id === undefined) throw new Error(`sensor ${siteId}/${code} has no number: it is made when a site is applied`);
  return id;
}

/** The site's sensors, in the order they are written. */
export const sensorsOf = (site: LoadedSite): Sensor[] =>
  site.config.sensors.map((sensor) => ({
    id: sensorId(site, sensor.code),
    siteId: site.siteId,
    code: sensor.code,
    item: sensor.item,
    unit: sensor.unit,
    intervalMs: sensor.intervalSeconds * SECOND,
    installedAt: instant(Date.parse(`${sensor.installedOn}T00:00:00Z`)),
    range: sensor.range,
    state: sensor.state ?? 'in-service',
    point: sensor.point ?? sensor.code,
    plausibility: sensor.plausibility ?? {},
  }));

/** The site's channels, in the order they are written. */
export const channelsOf = (site: LoadedSite): Sensor[] =>
  (site.config.channels ?? []).map((channel) => ({
    id: sensorId(site, channel.code),
    siteId: site.siteId,
    code: channel.code,
    item: null,
    unit: channel.unit,
    intervalMs: channel.intervalSeconds * SECOND,
    installedAt: instant(Date.parse(`${channel.installedOn}T00:00:00Z`)),
    range: channel.range,
    state: 'in-service',
    point: channel.code,
    plausibility: channel.plausibility ?? {},
  }));

/** The site's rules, in the order they are written. */
export const rulesOf = (site: LoadedSite): Rule[] =>
  site.config.rules.map((rule) => ({
    target: targetOf(site.siteId, rule.id),
    siteId: site.siteId,
    sensorId: sensorId(site, rule.sensor),
    worse: rule.worse,
    limits: present(rule.limits),
    deadband: rule.deadband,
    onDelayMs: rule.onDelaySeconds * SECOND,
    offDelayMs: rule.offDelaySeconds * SECOND,
    intervalMs: sensorNamed(site, rule.sensor).intervalSeconds * SECOND,
    configVersion: site.version,
    guarded: isGuarded(rule, sensorNamed(site, rule.sensor)),
  }));

/** Whom to call for the site, and what to say is speaking. */
export const policyOf = (site: LoadedSite): CalloutPolicy => ({
  siteId: site.siteId,
  siteName: site.config.name,
  timeZone: site.config.timeZone,
  configVersion: site.version,
  contacts: site.config.contacts,
  ...(site.config.callout.groups && { groups: site.config.callout.groups }),
  targets: Object.fromEntries(
    site.config.rules.map((rule) => {
      const { name, unit } = sensorNamed(site, rule.sensor);
      return [targetOf(site.siteId, rule.id), { name, unit }];
    }),
  ),
  commissioning: sensorsOf(site).flatMap(({ id, state }) => (state === 'commissioning' ? [id] : [])),
  redialMs: site.config.callout.redialSeconds * SECOND,
  followUpMs: site.config.callout.followUpSeconds * SECOND,
  ...(site.config.callout.quietHours && { quietHours: site.config.callout.quietHours }),
  ...(site.config.callout.evacuateStartsBroadcast === true && { evacuateStartsBroadcast: true as const }),
  ladders: laddersOf(site.config.callout.ladders),
});

function sensorNamed({ siteId, config }: LoadedSite, code: string): SiteConfig['sensors'][number] {
  const sensor = config.sensors.find((each) => each.code === code);
  if (sensor === undefined) throw new Error(`site ${siteId} has no sensor ${code}: refused when a site is applied`);
  return sensor;
}

/** The same without the keys that are undefined. */
const present = <K extends string, V>(record: Readonly<Partial<Record<K, V | undefined>>>): Partial<Record<K, V>> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<Record<K, V>>;
