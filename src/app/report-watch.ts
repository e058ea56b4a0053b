import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { blindnessOf } from '../../alerting/blindness-rule.ts';
import type { Eye } from '../../alerting/blindness-rule.ts';
import { carrierFaults } from '../../alerting/carrier-faults.ts';
import { dueRounds } from '../../alerting/due-rounds.ts';
import { eachAlone } from '../../alerting/io/each-alone.ts';
import { OPENS_DEFAULTS } from '../contract/opens-config.ts';
import { DAY, MINUTE, SECOND, elapsedMs, instant, plus } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { Visibility } from '../core/visibility.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { appendReport, lowerReport } from '../platform/report-log.ts';
import { pointsInMaintenance } from './maintenance-windows.ts';
import { loadSites, newestVersions } from './site-config-store.ts';
import { sensorsOf } from './site-model.ts';
import type { LoadedSite } from './site-model.ts';
import { endWarning } from './weather-desk.ts';

type Tx = Transaction<Database>;

const WHO = 'alert';
/** Rounds are planned so far ahead, and looked for so far back: a service that was away for a night forgets none. */
const PLANNED_MS = DAY;

interface WatchPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/**
 * What comes to call by itself as time passes: rounds that nobody did, warnings that are over, eyes that stay dark, a judge
 * that gives no sign of life, carriers that fail. Everything it decides by is in the database: nothing is forgotten by a restart.
 */
export function reportWatch({ db, clock }: WatchPorts) {
  const sites = new Map<string, LoadedSite>();
  /** A judge that starts with us needs its time to say that it lives. */
  let begunAt: Instant | null = null;

  async function refresh(): Promise<void> {
    const versions = await newestVersions(db);
    const changed = [...versions].filter(([id, version]) => sites.get(id)?.version !== version).map(([id]) => id);
    for (const site of await loadSites(db, changed)) sites.set(site.siteId, site);
  }

  const within = (work: (tx: Tx, now: Instant) => Promise<void>): Promise<void> =>
    db.transaction().execute(async (tx) => work(tx, await clock.read(tx)));

  return {
    /** Looks at everything once. What fails stops nothing else; it is thrown at the end. */
    async round(): Promise<void> {
      await refresh();
      begunAt ??= await clock.read(db);
      const began = begunAt;
      await eachAlone(
        [...sites.values()].flatMap((site) => [
          () => within((tx, now) => lookAtRounds(tx, site, now)),
          () => within((tx, now) => lookAtEyes(tx, site, now)),
          () => within((tx, now) => lookAtJudge(tx, site, began, now)),
          () => within((tx, now) => lookAtCarriers(tx, site, now)),
        ]),
        (look) => look(),
      );
      await within(lookAtWeather);
    },
  };
}

/** Plans what is due, and reports what nobody did in time: once for each round of a site, however many were missed. */
async function lookAtRounds(tx: Tx, { siteId, config }: LoadedSite, now: Instant): Promise<void> {
  const { patrols = [], floodSeason: season = OPENS_DEFAULTS.floodSeason } = config.opens ?? {};
  const since = (await appliedAt(tx, siteId)) ?? now;
  const from = instant(Math.max(now - PLANNED_MS, since));
  for (const patrol of patrols) {
    const due = dueRounds(patrol, { season, timeZone: config.timeZone }, from, plus(now, PLANNED_MS));
    const planned = due.map(({ dueAt }) => new Date(dueAt));
    // A plan that was changed owes nothing of what it planned before for times to come.
    const old = tx.deleteFrom('patrol_round').where('site_id', '=', siteId).where('patrol_id', '=', patrol.id);
    const others = planned.length === 0 ? old : old.where('due_at', 'not in', planned);
    await others.where('due_at', '>', new Date(now)).where('done_at', 'is', null).execute();
    if (due.length > 0) {
      const rows = due.map(({ dueAt, lateAt }) => ({
        id: randomUUID(),
        site_id: siteId,
        patrol_id: patrol.id,
        due_at: new Date(dueAt),
        late_at: new Date(lateAt),
        missed_at: null,
        done_at: null,
        done_by: null,
        seen: null,
      }));
      await tx
        .insertInto('patrol_round')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['site_id', 'patrol_id', 'due_at']).doNothing())
        .execute();
    }
    const missed = await tx
      .updateTable('patrol_round')
      .set({ missed_at: new Date(now) })
      .where('site_id', '=', siteId)
      .where('patrol_id', '=', patrol.id)
      .where('late_at', '<=', new Date(now))
      .where('done_at', 'is', null)
      .where('missed_at', 'is', null)
      .returning('due_at')
      .execute();
    if (missed.length === 0) continue;
    const words = { zh: `漏巡：${patrol.name.zh}`, en: `a round was missed: ${patrol.name.en}` };
    const report = { siteId, subject: 'patrol', key: `patrol:${patrol.id}`, level: patrol.missed, words } as const;
    const facts = { patrolId: patrol.id, missed: missed.length };
    await appendReport(tx, { ...report, at: now, who: WHO, facts }, now);
  }
}

/** When the site was first configured: nobody owes a round from before. */
async function appliedAt(tx: Tx, siteId: string): Promise<Instant | null> {
  const row = await tx
    .selectFrom('site_config')
    .select((eb) => eb.fn.min('applied_at').as('at'))
    .where('site_id', '=', siteId)
    .executeTakeFirst();
  // The column is not null; there is none of a site without configuration.
  const at = row?.at as Date | null | undefined;
  return at instanceof Date ? instant(at.getTime()) : null;
}

/** Reports blindness by the rules of the site; lowers it when enough of the eyes see again, which is no silence. */
async function lookAtEyes(tx: Tx, site: LoadedSite, now: Instant): Promise<void> {
  const { siteId, config, sensorIds } = site;
  const rules = config.opens?.blindness ?? [];
  if (rules.length === 0) return;
  const eyes = await eyesOf(tx, site, now);
  for (const { sensors, ...rule } of rules) {
    const numbers = sensors.flatMap((code) => sensorIds.get(code) ?? []);
    const { state, dark } = blindnessOf({ ...rule, sensors: numbers }, eyes, now);
    const key = `blindness:${rule.id}`;
    const facts = { rule: rule.id, dark };
    const words = { zh: `监测失明：${rule.name.zh}`, en: `monitoring is blind: ${rule.name.en}` };
    const report = { siteId, subject: 'blindness', key, level: rule.level, words, at: now, who: WHO, facts } as const;
    if (state === 'blind') await appendReport(tx, report, now);
    if (state === 'seen') await lowerReport(tx, { siteId, key, to: 'normal', at: now, who: WHO, facts }, now);
  }
}

async function eyesOf(tx: Tx, site: LoadedSite, now: Instant): Promise<ReadonlyMap<number, Eye>> {
  const inWork = await pointsInMaintenance(tx, site.siteId, now);
  const rests = new Set(
    sensorsOf(site)
      .filter(({ state, point }) => state !== 'in-service' || inWork.has(point))
      .map(({ id }) => id),
  );
  const rows = await tx
    .selectFrom('visibility_state')
    .select(['sensor_id', 'visibility', 'since'])
    .where('site_id', '=', site.siteId)
    .execute();
  return new Map(
    rows.map(({ sensor_id: id, visibility, since }) => [
      id,
      { visibility: visibility as Visibility, since: instant(since.getTime()), rests: rests.has(id) },
    ]),
  );
}

/** A look at the carriers that is older says nothing of how they are. */
const SEEN_WITHIN_MS = 2 * MINUTE;

/** Reports by which way nobody can be reached, and lowers what can be again; nothing where nobody has looked. */
async function lookAtCarriers(tx: Tx, { siteId, config }: LoadedSite, now: Instant): Promise<void> {
  const { level, afterSeconds } = config.opens?.carriers ?? OPENS_DEFAULTS.carriers;
  const rows = await tx.selectFrom('carrier_status').selectAll().execute();
  const known = rows.filter(({ checked_at }) => now - checked_at.getTime() <= SEEN_WITHIN_MS);
  if (known.length < rows.length) return;
  const seen = known.map(({ carrier, media, simulated, failing_since }) => ({
    name: carrier,
    media,
    simulated,
    failingSince: failing_since === null ? null : instant(failing_since.getTime()),
  }));
  // Without any carrier nothing fails: the page says that nobody can be called.
  const own = seen.filter(({ media }) => media.length > 0);
  const faults = carrierFaults(own, now, { afterMs: afterSeconds * SECOND, level });
  const facts = { carriers: own.flatMap(({ name, failingSince }) => (failingSince === null ? [] : [name])) };
  for (const fault of faults)
    await appendReport(tx, { siteId, subject: 'outage', ...fault, at: now, who: WHO, facts }, now);
  const standing = await tx
    .selectFrom('report_state')
    .select('key')
    .where('site_id', '=', siteId)
    .where('key', 'like', 'carrier%')
    .where('level', '<>', 'normal')
    .execute();
  for (const { key } of standing)
    if (!faults.some((fault) => fault.key === key))
      await lowerReport(tx, { siteId, key, to: 'normal', at: now, who: WHO, facts }, now);
}

/** One event for one cause: a judge that is silent blinds the site, whatever its sensors are. */
async function lookAtJudge(tx: Tx, { siteId, config }: LoadedSite, begunAt: Instant, now: Instant): Promise<void> {
  const { level, afterSeconds } = config.opens?.outage ?? OPENS_DEFAULTS.outage;
  const row = await tx
    .selectFrom('engine_lease')
    .select((eb) => eb.fn.max('renewed_at').as('at'))
    .executeTakeFirst();
  const renewed = row?.at as Date | null | undefined;
  // It was never there: nothing has begun that could end.
  if (!(renewed instanceof Date)) return;
  const alive = instant(Math.max(renewed.getTime(), begunAt));
  const key = 'outage:judge';
  const facts = { lastSeen: renewed.getTime() };
  if (elapsedMs(alive, now) < afterSeconds * SECOND) {
    if (renewed.getTime() > now - afterSeconds * SECOND)
      await lowerReport(tx, { siteId, key, to: 'normal', at: now, who: WHO, facts }, now);
    return;
  }
  const words = {
    zh: '监测系统停摆，数据无人判别，请立即人工巡查并恢复系统',
    en: 'the monitoring system has stopped: nothing is judged. Patrol by hand and restore it at once',
  };
  await appendReport(tx, { siteId, subject: 'outage', key, level, words, at: now, who: WHO, facts }, now);
}

/** Ends warnings whose time is over. */
async function lookAtWeather(tx: Tx, now: Instant): Promise<void> {
  const over = await tx
    .selectFrom('weather_warning')
    .select('id')
    .where('ended_at', 'is', null)
    .where('expires_at', '<=', new Date(now))
    .orderBy('expires_at')
    .limit(100)
    .forUpdate()
    .skipLocked()
    .execute();
  for (const { id } of over) await endWarning(tx, { warningId: id, why: 'expired', who: WHO, reason: null }, now);
}
