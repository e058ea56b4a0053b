import type { Kysely, Transaction } from 'kysely';
import type { CalloutPolicy } from '../../../alerting/policy.ts';
import type { MaintenanceView, RuleView, SensorView, SiteOverview, SiteSummary } from '../../contract/http.ts';
import type { SiteConfig } from '../../contract/site-config.ts';
import { isGuarded, pointOf, pointsBehind, targetOf } from '../../contract/site-facts.ts';
import { WARNING_LEVELS, gravest } from '../../core/level.ts';
import type { Level, WarningLevel } from '../../core/level.ts';
import { SECOND } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Visibility } from '../../core/visibility.ts';
import type { Database } from '../../platform/database.ts';
import { configInForce } from './site-content.ts';
import { cursorOf } from '../live/event-log.ts';
import { calloutOfSite } from './callout-view.ts';
import { callProvedAt } from './call-proof.ts';
import { carrierOf } from './carrier-view.ts';
import { runningMaintenance } from './maintenance-view.ts';
import { maskPhone } from './mask-phone.ts';
import { levelsOf, reportsOfSite } from './reports-view.ts';
import { newestReadings } from './newest-readings.ts';
import { COUNTED_MS } from './quarantine-view.ts';

interface OverviewQuery {
  readonly siteId: string;
  readonly now: Instant;
  readonly carrierConfigured: boolean;
  readonly sees: Sees;
}

/** What of a site not everybody sees who sees the site. */
export interface Sees {
  /** Telephone numbers in full. */
  readonly phones: boolean;
  /** What names no site, and may have been meant for any. */
  readonly unassigned: boolean;
}

export async function sitesOf(db: Kysely<Database>): Promise<SiteSummary[]> {
  const rows = await db.selectFrom('site').select(['id', 'name']).orderBy('id').execute();
  return rows.map(({ id, name }) => ({ siteId: id, name }));
}

/** Everything the page of a site begins with, as of one instant: its cursor resumes exactly after it. Throws `site/not-found`. */
export function overviewOf(db: Kysely<Database>, query: OverviewQuery): Promise<SiteOverview> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((tx) => read(tx, query));
}

async function read(
  tx: Transaction<Database>,
  { siteId, now, carrierConfigured, sees }: OverviewQuery,
): Promise<SiteOverview> {
  const config = await configInForce(tx, siteId);
  const rules = await rulesOf(tx, config);
  const reports = await reportsOfSite(tx, siteId);
  const shown = await calloutOfSite(tx, siteId, now);
  const quarantined = await tx
    .selectFrom('quarantine')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('received_at', '>', new Date(now - COUNTED_MS))
    .where('replayed_at', 'is', null)
    .where((eb) => eb.or([eb('site_id', '=', siteId), ...(sees.unassigned ? [eb('site_id', 'is', null)] : [])]))
    .executeTakeFirstOrThrow();
  const { class: ofClass, construction, storage, peopleBelow } = config.facility;
  return {
    siteId,
    name: config.name,
    timeZone: config.timeZone,
    now,
    level: gravest([...rules.map((rule) => rule.level), ...levelsOf(reports)]),
    facility: { class: ofClass, construction, storage, peopleBelow },
    guarded: rules.some(({ guarded }) => guarded),
    callProvedAt: await callProvedAt(tx, siteId, now),
    ...(config.service !== undefined && { service: config.service }),
    sections: (config.sections ?? []).map(({ id, name }) => ({ sectionId: id, name })),
    sensors: await sensorsOf(tx, config, await runningMaintenance(tx, siteId, now)),
    rules,
    reports,
    contacts: contactsOf(config, shown?.policy, sees),
    callout: shown?.view ?? null,
    carrier: carrierConfigured ? await carrierOf(tx, now) : null,
    quarantined: quarantined.count,
    cursor: await cursorOf(tx),
  };
}

async function rulesOf(tx: Transaction<Database>, { site, rules, sensors }: SiteConfig): Promise<RuleView[]> {
  const ids = await sensorIds(tx, site);
  const states = await tx
    .selectFrom('level_state')
    .select(['target', 'level', 'changed_at', 'verified', 'guarded'])
    .where('site_id', '=', site)
    .execute();
  const stateOf = new Map(states.map((state) => [state.target, state]));
  return rules.flatMap((rule): RuleView[] => {
    const sensorId = ids.get(rule.sensor);
    const sensor = sensors.find(({ code }) => code === rule.sensor);
    if (sensorId === undefined || sensor === undefined) return [];
    const target = targetOf(site, rule.id);
    const state = stateOf.get(target);
    const { id: ruleId, worse, deadband, source } = rule;
    const limits = present(rule.limits);
    // Written by the engine, as a Level.
    const level = (state?.level ?? 'normal') as Level;
    return [
      {
        target,
        ruleId,
        sensorId,
        worse,
        limits,
        deadband,
        source,
        approved: rule.approved ?? null,
        level,
        verified: state?.verified ?? true,
        guarded: isGuarded(rule, sensor),
        changedAt: state?.changed_at?.getTime() ?? null,
      },
    ];
  });
}

/** Only the levels that have a limit. */
const present = (limits: Partial<Record<WarningLevel, number | undefined>>): RuleView['limits'] =>
  Object.fromEntries(WARNING_LEVELS.flatMap((level) => (limits[level] === undefined ? [] : [[level, limits[level]]])));

async function sensorsOf(
  tx: Transaction<Database>,
  config: SiteConfig,
  running: readonly MaintenanceView[],
): Promise<SensorView[]> {
  const { site, sensors } = config;
  const ids = await sensorIds(tx, site);
  const newestOf = await newestReadings(tx, site);
  const states = await tx
    .selectFrom('visibility_state')
    .select(['sensor_id', 'visibility', 'since'])
    .where('site_id', '=', site)
    .execute();
  const visibilityOf = new Map(states.map((state) => [state.sensor_id, state]));
  return sensors.flatMap((sensor): SensorView[] => {
    const { code, name, item, unit, intervalSeconds, installedOn, state: pointState, section } = sensor;
    const sensorId = ids.get(code);
    if (sensorId === undefined) return [];
    const newest = newestOf.get(sensorId) ?? null;
    const state = visibilityOf.get(sensorId);
    // A sensor that has never said anything has not been seen.
    const visibility = (state?.visibility ?? (newest === null ? 'blind' : 'seen')) as Visibility;
    return [
      {
        sensorId,
        code,
        name,
        item,
        unit,
        intervalMs: intervalSeconds * SECOND,
        installedAt: Date.parse(`${installedOn}T00:00:00Z`),
        state: pointState ?? 'in-service',
        point: pointOf(sensor),
        sectionId: section ?? null,
        maintenance: ofPoints(running, pointsBehind(config, code)),
        visibility,
        visibilitySince: state?.since.getTime() ?? null,
        newest,
      },
    ];
  });
}

/** Work on the sensor's own point comes first, then that on one it is derived from. */
function ofPoints(running: readonly MaintenanceView[], points: readonly string[]): MaintenanceView | null {
  const worked = points.flatMap((each) => running.find(({ point }) => point === each) ?? []);
  return worked[0] ?? null;
}

async function sensorIds(tx: Transaction<Database>, siteId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.selectFrom('sensor').select(['id', 'code']).where('site_id', '=', siteId).execute();
  return new Map(rows.map(({ id, code }) => [code, id]));
}

/** The site's contacts, and those of the running callout who have left the configuration since. */
function contactsOf(
  { contacts }: SiteConfig,
  policy: CalloutPolicy | undefined,
  { phones }: Sees,
): SiteOverview['contacts'] {
  const former = (policy?.contacts ?? []).filter((contact) => !contacts.some(({ id }) => id === contact.id));
  return [...contacts, ...former].map(({ id, name, duty, phone }) => ({
    contactId: id,
    name,
    duty,
    phone: phones ? phone : maskPhone(phone),
  }));
}
