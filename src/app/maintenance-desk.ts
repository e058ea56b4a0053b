import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { losesLastEye } from '../../rules/eyes.ts';
import type { Watcher } from '../../rules/eyes.ts';
import type { StartMaintenance } from '../contract/http.ts';
import { isGuarded, pointsBehind, pointsOf, targetOf } from '../contract/site-facts.ts';
import { AppError } from '../core/errors.ts';
import type { Person } from '../core/proposal.ts';
import { MINUTE } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { Visibility } from '../core/visibility.ts';
import type { MaintenanceDesk } from '../gateway/ports.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import { recordAudit } from '../platform/audit.ts';
import type { Database } from '../platform/database.ts';
import { lockLog } from '../platform/position-log.ts';
import { pointsInMaintenance } from './maintenance-windows.ts';
import { insertProposal } from './proposal-store.ts';
import type { Approved } from './proposal-store.ts';
import { loadSites } from './site-config-store.ts';
import type { LoadedSite } from './site-model.ts';

type Tx = Transaction<Database>;

interface DeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/** Begins and ends work on points, each in one transaction with its row in the audit. */
export function maintenanceDesk({ db, clock }: DeskPorts): MaintenanceDesk {
  const alone = <T>(work: (tx: Tx, now: Instant) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (tx) => {
      await holdMaintenance(tx);
      return work(tx, await clock.read(tx));
    });
  return {
    start: (siteId, asked, who) => alone((tx, now) => start(tx, { siteId, asked, who, now, agreed: false })),
    propose: (siteId, asked, by) => alone((tx, now) => propose(tx, { siteId, asked, by, now })),
    end: (maintenanceId, who) => alone((tx, now) => end(tx, { maintenanceId, who, now })),
  };
}

/**
 * Keeps everybody else from beginning or ending work, or applying a site: two last eyes cannot be taken at once. Then
 * waits for the reading commit under way; the next one finds that it must look, as of the time that is read now.
 */
async function holdMaintenance(tx: Tx): Promise<void> {
  await sql`lock table site in share row exclusive mode`.execute(tx);
  await sql`update engine_lease set maintenance_revision = maintenance_revision + 1`.execute(tx);
}

interface Asked {
  readonly siteId: string;
  readonly asked: StartMaintenance;
  readonly now: Instant;
}

interface Start extends Asked {
  readonly who: string;
  /** A second person agreed to work at a point that stands at orange or red. */
  readonly agreed: boolean;
}

async function start(tx: Tx, { siteId, asked, who, now, agreed }: Start): Promise<string> {
  const { point, reason, minutes, substitute = null } = asked;
  const lost = await mayStart(tx, { siteId, asked, now });
  const standing = await standingAt(tx, siteId, point);
  if (standing.length > 0 && !agreed) {
    const levels = standing.map(({ level, target }) => `${level} of ${target}`).join(', ');
    throw new AppError('point/level-stands', `${levels} stands at "${point}": a second person has to agree`);
  }
  const id = randomUUID();
  const until = new Date(now + minutes * MINUTE);
  await tx
    .insertInto('maintenance')
    .values({
      id,
      site_id: siteId,
      point,
      reason,
      substitute: substitute && JSON.stringify(substitute),
      from_at: new Date(now),
      until_at: until,
      started_by: who,
      ended_at: null,
      ended_by: null,
    })
    .execute();
  await tell(tx, { siteId, now, type: 'maintenance-started', facts: { who, point, note: reason } });
  const facts = { maintenanceId: id, point, reason, minutes, until: until.toISOString(), substitute, lost };
  await recordAudit(tx, { at: now, who, action: 'maintenance/start', siteId, facts });
  return id;
}

/** Sections that would lose their last eye, and have a patrol instead. Throws why work may not begin, whoever agrees. */
async function mayStart(tx: Tx, { siteId, asked: { point, substitute }, now }: Asked): Promise<readonly string[]> {
  const [site] = await loadSites(tx, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  if (!pointsOf(site.config).has(point)) throw new AppError('point/not-found', `the site has no point "${point}"`);
  const inMaintenance = await pointsInMaintenance(tx, siteId, now);
  if (inMaintenance.has(point)) throw new AppError('point/in-maintenance', `"${point}" is being worked on already`);
  const unverified = await unverifiedAt(tx, site, point);
  if (unverified.length > 0) {
    const levels = unverified.map(({ level, target }) => `${level} of ${target}`).join(', ');
    throw new AppError(
      'point/level-unverified',
      `${levels} at "${point}" is not confirmed yet: somebody has to look first`,
    );
  }
  const lost = losesLastEye(point, await watchersOf(tx, site), inMaintenance);
  if (lost.length > 0 && substitute === undefined) {
    throw new AppError('point/last-eye', `"${point}" is the last eye of ${lost.join(', ')}: name who patrols instead`);
  }
  return lost;
}

interface Proposed extends Asked {
  readonly by: Person;
}

/** Under work an alarm is as good as shelved: nothing of the point is judged. Returns the proposal's id. */
async function propose(tx: Tx, { siteId, asked, by, now }: Proposed): Promise<string> {
  await mayStart(tx, { siteId, asked, now });
  const { point, reason } = asked;
  const content: ShelvedWork = { ...asked, levels: await standingAt(tx, siteId, point) };
  const made = { siteId, kind: 'alarm/shelve', subject: point, content, baseVersion: null, reason, by, now } as const;
  const { proposalId } = await insertProposal(tx, { ...made, acts: false });
  const facts = { proposalId, kind: made.kind, ...content };
  await recordAudit(tx, { at: now, who: by.name, action: 'proposal/make', siteId, facts });
  return proposalId;
}

/** What is kept of proposed work. */
interface ShelvedWork extends StartMaintenance {
  /** What stood at the point when it was proposed. */
  readonly levels: readonly Standing[];
}

/** Begins work that a second person agreed to, from now on; unless something graver stands by now than was shown. */
export async function carryOutWork(tx: Tx, { proposal, by, now }: Approved): Promise<'done' | 'overtaken'> {
  const { levels, ...asked } = proposal.content as ShelvedWork;
  const { siteId, proposedBy } = proposal;
  await holdMaintenance(tx);
  const present = await standingAt(tx, siteId, asked.point);
  const isShown = ({ target, level }: Standing): boolean =>
    levels.some((shown) => shown.target === target && shown.level === level);
  if (!present.every(isShown)) return 'overtaken';
  const who = `${proposedBy.name}, approved by ${by.name}`;
  await start(tx, { siteId, asked, who, now, agreed: true });
  return 'done';
}

interface End {
  readonly maintenanceId: string;
  readonly who: string;
  readonly now: Instant;
}

/** What is over stays as it ended: by itself, or by who was first. */
async function end(tx: Tx, { maintenanceId, who, now }: End): Promise<void> {
  const row = await tx.selectFrom('maintenance').selectAll().where('id', '=', maintenanceId).executeTakeFirst();
  if (row === undefined) throw new AppError('maintenance/not-found', 'there is no such maintenance');
  if (row.ended_at !== null || row.until_at.getTime() <= now) return;
  await tx
    .updateTable('maintenance')
    .set({ ended_at: new Date(now), ended_by: who })
    .where('id', '=', maintenanceId)
    .execute();
  const siteId = row.site_id;
  await tell(tx, { siteId, now, type: 'maintenance-ended', facts: { who, point: row.point } });
  const facts = { maintenanceId, point: row.point };
  await recordAudit(tx, { at: now, who, action: 'maintenance/end', siteId, facts });
}

/** Pages hear of it at once, and it stands among what happened. Takes the log's lock: only the audit comes after it. */
async function tell(
  tx: Tx,
  { siteId, now, type, facts }: { siteId: string; now: Instant; type: string; facts: Record<string, string> },
): Promise<void> {
  await lockLog(tx, 'callout_event');
  await tx
    .insertInto('callout_event')
    .values({ site_id: siteId, callout_id: null, type, at: new Date(now), facts: JSON.stringify(facts) })
    .execute();
}

interface Standing {
  readonly target: string;
  readonly level: string;
}

/**
 * What stands at orange or red at a point, or at what is derived from it, and calls nobody yet. Under maintenance nothing
 * would ever confirm it: no reading is judged, and silence means nothing.
 */
const unverifiedAt = (tx: Tx, site: LoadedSite, point: string): Promise<readonly Standing[]> =>
  levelsAt(tx, site, point, false);

/** What people are called for at a point, or at what is derived from it: orange or red. */
async function standingAt(tx: Tx, siteId: string, point: string): Promise<readonly Standing[]> {
  const [site] = await loadSites(tx, [siteId]);
  const all = site === undefined ? [] : await levelsAt(tx, site, point, true);
  return all.filter(({ level }) => level === 'orange' || level === 'red');
}

async function levelsAt(
  tx: Tx,
  { siteId, config }: LoadedSite,
  point: string,
  verified: boolean,
): Promise<readonly Standing[]> {
  const judged = config.rules.filter(({ sensor }) => pointsBehind(config, sensor).includes(point));
  if (judged.length === 0) return [];
  const targets = judged.map(({ id }) => targetOf(siteId, id));
  return tx
    .selectFrom('level_state')
    .select(['target', 'level'])
    .where('target', 'in', targets)
    .where('verified', '=', verified)
    .orderBy('target')
    .execute();
}

async function watchersOf(tx: Tx, { siteId, config }: LoadedSite): Promise<Watcher[]> {
  const seen = await visibilities(tx, siteId);
  return config.sensors.map((sensor) => ({
    watches: sensor.section ?? `${sensor.item} of the whole site`,
    guarded: config.rules.some((rule) => rule.sensor === sensor.code && isGuarded(rule, sensor)),
    visibility: seen.get(sensor.code) ?? 'blind',
    points: pointsBehind(config, sensor.code),
  }));
}

/** As screens show it: a sensor that has never said anything has not been seen. */
async function visibilities(tx: Tx, siteId: string): Promise<ReadonlyMap<string, Visibility>> {
  const rows = await tx
    .selectFrom('sensor')
    .leftJoin('visibility_state', 'visibility_state.sensor_id', 'sensor.id')
    .select(['sensor.code', 'visibility_state.visibility'])
    .select(({ exists, selectFrom }) =>
      exists(selectFrom('reading').select('reading.sensor_id').whereRef('reading.sensor_id', '=', 'sensor.id')).as(
        'has_readings',
      ),
    )
    .where('sensor.site_id', '=', siteId)
    .execute();
  return new Map(
    rows.map(({ code, visibility, has_readings }) => [
      code,
      // Written by the rules, as a Visibility.
      (visibility ?? (has_readings ? 'seen' : 'blind')) as Visibility,
    ]),
  );
}
