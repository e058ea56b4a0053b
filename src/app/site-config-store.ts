import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { SiteConfig } from '../contract/site-config.ts';
import { isGuarded } from '../contract/site-facts.ts';
import { AppError } from '../core/errors.ts';
import type { Level } from '../core/level.ts';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import { recordAudit } from '../platform/audit.ts';
import type { Database } from '../platform/database.ts';
import { siteDiff } from './site-diff.ts';
import { formatSiteFile, parseSiteFile } from './site-file.ts';
import type { SiteFile } from './site-file.ts';
import type { LoadedSite } from './site-model.ts';
import { pointsInMaintenance } from './maintenance-windows.ts';
import { callProvedAt } from '../gateway/views/call-proof.ts';
import { safeguardFaults } from './site-safeguards.ts';
import type { SitePast } from './site-safeguards.ts';

/**
 * Every site with its newest configuration, or only those named, in the order of their ids.
 * A stored configuration was checked when it was applied and is not checked again: a stricter program must
 * not stop watching a site.
 */
export async function loadSites(db: Kysely<Database>, siteIds?: readonly string[]): Promise<LoadedSite[]> {
  if (siteIds?.length === 0) return [];
  let newest = db
    .selectFrom('site_config')
    .select(['site_id', 'version', 'content'])
    .distinctOn('site_id')
    .orderBy('site_id')
    .orderBy('version', 'desc');
  if (siteIds) newest = newest.where('site_id', 'in', siteIds);
  let wanted = db.selectFrom('sensor').select(['site_id', 'code', 'id']);
  if (siteIds) wanted = wanted.where('site_id', 'in', siteIds);
  const [versions, sensors] = [await newest.execute(), await wanted.execute()];
  const sensorsBySite = Map.groupBy(sensors, (sensor) => sensor.site_id);
  return versions.map((row) => ({
    siteId: row.site_id,
    version: row.version,
    config: row.content as SiteConfig,
    sensorIds: new Map((sensorsBySite.get(row.site_id) ?? []).map(({ code, id }) => [code, id])),
  }));
}

/** Version of each site's newest configuration: cheap, for those who follow changes. */
export async function newestVersions(db: Kysely<Database>): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('site_config')
    .select(['site_id', (eb) => eb.fn.max('version').as('version')])
    .groupBy('site_id')
    .execute();
  return new Map(rows.map((row) => [row.site_id, row.version]));
}

/** Since when each derived sensor has been one, by its number. */
export async function derivedSince(
  db: Kysely<Database>,
  sites: readonly LoadedSite[],
): Promise<ReadonlyMap<number, Instant>> {
  const derived = sites.filter(({ config }) => config.sensors.some(({ derive }) => derive !== undefined));
  if (derived.length === 0) return new Map();
  const { rows } = await sql<{ id: number; since: Date }>`
    select sensor.id, min(applied_at) as since
    from site_config
    cross join lateral jsonb_array_elements(content -> 'sensors') as entry
    join sensor on sensor.site_id = site_config.site_id and sensor.code = entry ->> 'code'
    where site_config.site_id in (${sql.join(derived.map(({ siteId }) => siteId))}) and entry ? 'derive'
    group by sensor.id`.execute(db);
  return new Map(rows.map(({ id, since }) => [id, instant(since.getTime())]));
}

export interface Applied {
  readonly siteId: string;
  /** The version in force now. */
  readonly version: number;
  /** What changed, one line each, of a new site one line; empty when the file says what is in force already: then no version was made. */
  readonly changes: readonly string[];
  /** Rules of it that call nobody, and why. */
  readonly unguarded: { readonly rule: string; readonly why: string }[];
}

interface ApplyOptions {
  readonly text: string;
  /** How the text is called in faults: the file as the user wrote it. */
  readonly name: string;
  readonly who: string;
  readonly now: Instant;
}

/** A text that may become the configuration of its site, and what that would change. */
export interface Candidate {
  readonly siteId: string;
  readonly config: SiteConfig;
  /** What is in force; null: the site is new. */
  readonly present: LoadedSite | null;
  /** One line each, as in `Applied`. */
  readonly changes: readonly string[];
}

/**
 * Looks at a site that was read, in a transaction in which until its end nobody else applies one and no reading is
 * committed. @throws AppError `config/invalid` listing every fault with its line.
 */
export async function candidateOf(
  tx: Transaction<Database>,
  { config, reject }: SiteFile,
  now: Instant,
): Promise<Candidate> {
  const siteId = config.site;
  // The lock on the table of sites keeps two appliers from taking the same topic or version.
  await sql`lock table site in share row exclusive mode`.execute(tx);
  // A reading commit holds its lease for share: none is under way while we look at what stands at which level.
  await sql`select 1 from engine_lease for update`.execute(tx);
  const sites = await loadSites(tx);
  const present = sites.find((site) => site.siteId === siteId) ?? null;
  const others = sites.filter((site) => site !== present).map((site) => site.config);
  const faults = safeguardFaults(
    config,
    { ...(await pastOf(tx, siteId, now)), service: present?.config.service ?? null },
    others,
  );
  if (faults.length > 0) throw reject(faults);
  return { siteId, config, present, changes: present ? siteDiff(present.config, config) : [inBrief(config)] };
}

/**
 * Makes a candidate the configuration of its site, in the transaction in which it was looked at: a new version, its
 * sensors, a wake-up and, last, an audit row; nothing when it changes nothing. Sensors keep their numbers for ever, also
 * while they are not configured.
 */
export async function putInForce(
  tx: Transaction<Database>,
  { siteId, config, present, changes }: Candidate,
  {
    who,
    now,
    why = {},
  }: { readonly who: string; readonly now: Instant; readonly why?: Readonly<Record<string, string>> },
): Promise<Applied> {
  const unguarded = unguardedRules(config);
  if (present && changes.length === 0) return { siteId, version: present.version, changes, unguarded };
  const version = (present?.version ?? 0) + 1;
  await store(tx, config, { version, who, now });
  await sql`select pg_notify('site_config', ${siteId})`.execute(tx);
  await recordAudit(tx, { at: now, who, action: 'site-applied', siteId, facts: { version, changes, ...why } });
  return { siteId, version, changes, unguarded };
}

/**
 * Makes the YAML text the configuration of its site, with nobody asked: for a first start, and for tests. People go
 * through `site-desk.ts`. @throws AppError `config/invalid` listing every fault with its line.
 */
export async function applySite(db: Kysely<Database>, { text, name, who, now }: ApplyOptions): Promise<Applied> {
  const file = parseSiteFile(text, name);
  return db.transaction().execute(async (tx) => putInForce(tx, await candidateOf(tx, file, now), { who, now }));
}

const unguardedRules = ({ rules, sensors }: SiteConfig): Applied['unguarded'] =>
  rules.flatMap((rule) => {
    if (rule.approved === undefined) return [{ rule: rule.id, why: 'its limits are not approved' }];
    const sensor = sensors.find(({ code }) => code === rule.sensor);
    return sensor === undefined || isGuarded(rule, sensor)
      ? []
      : [{ rule: rule.id, why: `its sensor ${sensor.code} is in ${String(sensor.state)}` }];
  });

/** What a new site consists of, in one line. */
const inBrief = ({ sensors, rules, contacts }: SiteConfig): string =>
  `+ new site: ${String(sensors.length)} sensors, ${String(rules.length)} rules, ${String(contacts.length)} contacts`;

/**
 * The site's configuration as YAML, telephone numbers included: for who writes them. Applied again it changes nothing.
 * @throws AppError `site/not-found`
 */
export async function exportSite(db: Kysely<Database>, siteId: string): Promise<string> {
  const [site] = await loadSites(db, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', `there is no site "${siteId}"`);
  // Parsing puts the keys, which the database keeps in an order of its own, back into that of the schema.
  const ordered = SiteConfig.safeParse(site.config);
  return formatSiteFile(ordered.success ? ordered.data : site.config);
}

async function store(
  tx: Transaction<Database>,
  config: SiteConfig,
  version: { version: number; who: string; now: Instant },
) {
  const siteName = JSON.stringify(config.name);
  await tx
    .insertInto('site')
    .values({ id: config.site, name: siteName })
    .onConflict((oc) => oc.column('id').doUpdateSet({ name: siteName }))
    .execute();
  await tx
    .insertInto('site_config')
    .values({
      site_id: config.site,
      version: version.version,
      content: JSON.stringify(config),
      applied_at: new Date(version.now),
      applied_by: version.who,
    })
    .execute();
  await tx
    .insertInto('sensor')
    .values([...(config.channels ?? []), ...config.sensors].map(({ code }) => ({ site_id: config.site, code })))
    .onConflict((oc) => oc.columns(['site_id', 'code']).doNothing())
    .execute();
}

async function pastOf(tx: Transaction<Database>, siteId: string, now: Instant): Promise<Omit<SitePast, 'service'>> {
  const versions = await tx
    .selectFrom('site_config')
    .select('content')
    .where('site_id', '=', siteId)
    .orderBy('version')
    .execute();
  const configs = versions.map(({ content }) => content as SiteConfig);
  const states = await tx.selectFrom('level_state').select(['target', 'level']).where('site_id', '=', siteId).execute();
  const recorded = await tx
    .selectFrom('sensor')
    .select('code')
    .where('site_id', '=', siteId)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('reading').select('sensor_id').whereRef('reading.sensor_id', '=', 'sensor.id')),
    )
    .execute();
  const foreign = await tx
    .selectFrom('device')
    .select('topics')
    .where('site_id', '!=', siteId)
    .where('revoked_at', 'is', null)
    .where('topics', 'is not', null)
    .execute();
  return {
    channels: new Map(configs.flatMap(({ channels }) => (channels ?? []).map((channel) => [channel.code, channel]))),
    sensors: new Map(configs.flatMap(({ sensors }) => sensors.map((sensor) => [sensor.code, sensor]))),
    rules: new Map(configs.flatMap(({ rules }) => rules.map((rule) => [rule.id, rule]))),
    recorded: new Set(recorded.map(({ code }) => code)),
    levels: new Map(states.map(({ target, level }) => [target, level as Level])),
    inMaintenance: await pointsInMaintenance(tx, siteId, now),
    foreignDevices: foreign.flatMap(({ topics }) => topics ?? []),
    isCallProved: (await callProvedAt(tx, siteId, now)) !== null,
  };
}
