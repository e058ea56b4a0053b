import type { Kysely, Selectable, Transaction } from 'kysely';
import { eachAlone } from '../../alerting/io/each-alone.ts';
import { QUIET_MS } from '../../alerting/io/late-episode.ts';
import type { JudgedReading } from '../../rules/judged-reading.ts';
import { replayLate } from '../../rules/late-replay.ts';
import type { Replayed } from '../../rules/late-replay.ts';
import type { Rule } from '../../rules/rule.ts';
import { OPENS_DEFAULTS } from '../contract/opens-config.ts';
import { isGraver } from '../core/level.ts';
import type { Level } from '../core/level.ts';
import { CLOCK_FAULTS } from '../core/reading.ts';
import { GAP_INTERVALS } from '../core/sensor.ts';
import { MINUTE, instant, plus } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { appendReport, lowerReport } from '../platform/report-log.ts';
import { overWords, standsWords } from './late-words.ts';
import type { LateFact } from './late-words.ts';
import { loadSites } from './site-config-store.ts';
import { rulesOf } from './site-model.ts';
import type { LoadedSite } from './site-model.ts';

type Tx = Transaction<Database>;
type Episode = Selectable<Database['late_episode']>;

const WHO = 'alert';
/** What may still stand waits no longer for the end of a backlog. */
const WAIT_AT_MOST_MS = 5 * MINUTE;
const EPISODES_A_ROUND = 200;

/**
 * Looks at backlogs that have ended. What would still stand had it come in its turn calls people, at its level, until later
 * readings or the target itself say otherwise; what is over is told once for a site, however many targets it touched.
 */
export function lateWatch({ db, clock }: { readonly db: Kysely<Database>; readonly clock: DatabaseClock }) {
  const within = (work: (tx: Tx, now: Instant) => Promise<void>): Promise<void> =>
    db.transaction().execute(async (tx) => work(tx, await clock.read(tx)));

  return {
    /** What fails stops nothing else; it is thrown at the end. */
    async round(): Promise<void> {
      const now = new Date(await clock.read(db));
      const due = db
        .selectFrom('late_episode')
        .select('site_id')
        .where('looked_at', 'is', null)
        .where('due_at', '<=', now);
      const standing = db.selectFrom('report_state').select('site_id').where('subject', '=', 'late');
      const sites = await due.union(standing.where('level', '<>', 'normal')).execute();
      await eachAlone(sites, ({ site_id: siteId }) => within((tx, at) => lookAtSite(tx, siteId, at)));
    },
  };
}

async function lookAtSite(tx: Tx, siteId: string, now: Instant): Promise<void> {
  const [site] = await loadSites(tx, [siteId]);
  if (site === undefined) return;
  const due = await tx
    .selectFrom('late_episode')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('looked_at', 'is', null)
    .where('due_at', '<=', new Date(now))
    .orderBy('due_at')
    .limit(EPISODES_A_ROUND)
    .forUpdate()
    .skipLocked()
    .execute();
  const over: LateFact[] = [];
  for (const episode of due) {
    if (await isStillComing(tx, episode, now)) continue;
    const fact = await lookAt(tx, site, episode, now);
    if (fact !== null) over.push(fact);
  }
  const [first, ...more] = over.toSorted(
    (a, b) => Number(isGraver(b.level, a.level)) - Number(isGraver(a.level, b.level)),
  );
  if (first !== undefined) await tellOver(tx, site, [first, ...more], now);
  await lowerWhatIsOver(tx, site, now);
}

/** Postpones the look while late readings of the sensor still come, but not for ever: red must not wait for a long night's data. */
async function isStillComing(tx: Tx, { id, sensor_id, begun_at }: Episode, now: Instant): Promise<boolean> {
  if (now - begun_at.getTime() >= WAIT_AT_MOST_MS) return false;
  const late = tx.selectFrom('reading').select('received_at').where('sensor_id', '=', sensor_id);
  const row = await late
    .where('received_at', '>', new Date(now - QUIET_MS))
    .where('observed_at', '>', new Date(begun_at.getTime() - LOOK_BACK_MS))
    .where((eb) => eb(eb.val('late'), '=', eb.fn.any('flags')))
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return false;
  await tx
    .updateTable('late_episode')
    .set({ due_at: new Date(Math.min(now + QUIET_MS, begun_at.getTime() + WAIT_AT_MOST_MS)) })
    .where('id', '=', id)
    .execute();
  return true;
}

/** Backlogs are longer than that only where nobody would wait for their end. */
const LOOK_BACK_MS = 31 * 24 * 60 * MINUTE;

/** Decides about one episode. Returns what is to be told because it is over; `null`: it stands, or nobody is called for it. */
async function lookAt(tx: Tx, site: LoadedSite, episode: Episode, now: Instant): Promise<LateFact | null> {
  const close = (outcome: 'stands' | 'over' | 'unguarded' | 'not-reached') =>
    tx
      .updateTable('late_episode')
      .set({ looked_at: new Date(now), outcome })
      .where('id', '=', episode.id)
      .execute();
  const rule = rulesOf(site).find(({ target }) => target === episode.target);
  if (rule === undefined || !rule.guarded) {
    await close('unguarded');
    return null;
  }
  const { reached, stands } = await replay(tx, rule, episode);
  const fact = (level: Level): LateFact => ({
    target: episode.target,
    value: episode.value,
    observedAt: instant(episode.observed_at.getTime()),
    level,
  });
  const present = await levelNow(tx, episode.target);
  if (stands !== 'normal' && isGraver(stands, present)) {
    const words = standsWords(site.config, fact(stands));
    const facts = { target: episode.target, episode: episode.id, value: episode.value };
    const at = instant(episode.observed_at.getTime());
    const report = {
      siteId: site.siteId,
      subject: 'late',
      key: `late:${episode.target}`,
      words,
      who: WHO,
      facts,
    } as const;
    await appendReport(tx, { ...report, level: stands, at }, now);
    await close('stands');
    return null;
  }
  // An on-delay that was never fulfilled is no level that anybody would have been called for.
  await close(reached === 'normal' ? 'not-reached' : 'over');
  return reached === 'normal' ? null : fact(reached);
}

/** One message for all that is over; it holds no callout open. */
async function tellOver(
  tx: Tx,
  site: LoadedSite,
  over: readonly [LateFact, ...LateFact[]],
  now: Instant,
): Promise<void> {
  const { siteId, config } = site;
  const key = `late:over:${String(now)}`;
  const facts = { targets: over.map(({ target, level }) => ({ target, level })) };
  const level = config.opens?.foundLate ?? OPENS_DEFAULTS.foundLate;
  const words = overWords(config, over);
  await appendReport(tx, { siteId, subject: 'late', key, level, words, at: now, who: WHO, facts }, now);
  await lowerReport(tx, { siteId, key, to: 'normal', at: now, who: WHO, facts }, now);
}

/** Lowers what later readings say to be over, or what the target itself stands at by now. Silence lowers nothing. */
async function lowerWhatIsOver(tx: Tx, site: LoadedSite, now: Instant): Promise<void> {
  const { siteId } = site;
  const standing = await tx
    .selectFrom('report_state')
    .select(['key', 'level'])
    .where('site_id', '=', siteId)
    .where('subject', '=', 'late')
    .where('level', '<>', 'normal')
    .execute();
  for (const { key } of standing) {
    const target = key.slice('late:'.length);
    const rule = rulesOf(site).find((one) => one.target === target);
    const newest = tx
      .selectFrom('late_episode')
      .selectAll()
      .where('target', '=', target)
      .where('outcome', '=', 'stands');
    const episode = await newest.orderBy('looked_at', 'desc').limit(1).executeTakeFirst();
    // A rule that was taken out of the configuration says nothing: a person has to.
    if (rule === undefined || episode === undefined) continue;
    const { stands } = await replay(tx, rule, episode);
    if (stands !== 'normal' && isGraver(stands, await levelNow(tx, target))) continue;
    await lowerReport(tx, { siteId, key, to: 'normal', at: now, who: WHO, facts: { target } }, now);
  }
}

async function levelNow(tx: Tx, target: string): Promise<Level> {
  const row = await tx.selectFrom('level_state').select('level').where('target', '=', target).executeTakeFirst();
  return (row?.level ?? 'normal') as Level;
}

/** What is judged from shortly before the first late reading on: what nobody may judge is left out, as it is by the judge. */
async function replay(tx: Tx, rule: Rule, { first_at }: Episode): Promise<Replayed> {
  const before = rule.onDelayMs + GAP_INTERVALS * rule.intervalMs;
  const rows = await tx
    .selectFrom('reading')
    .distinctOn('observed_at')
    .select(['observed_at', 'value', 'quality', 'flags'])
    .where('sensor_id', '=', rule.sensorId)
    .where('observed_at', '>=', new Date(plus(instant(first_at.getTime()), -before)))
    .where('value', 'is not', null)
    .orderBy('observed_at')
    .orderBy('version', 'desc')
    .execute();
  const unjudged: readonly string[] = ['maintenance', 'retired', ...CLOCK_FAULTS];
  const readings = rows.flatMap(({ observed_at, value, quality, flags }): JudgedReading[] =>
    value === null || flags?.some((flag) => unjudged.includes(flag)) === true
      ? []
      : [{ at: instant(observed_at.getTime()), value, doubtful: quality === 'doubtful' }],
  );
  return replayLate(rule, readings);
}
