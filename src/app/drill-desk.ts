import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { beginDrill } from '../../alerting/io/begin-drill.ts';
import { calloutById, take } from '../../alerting/io/callout-book.ts';
import type { DeskPorts } from '../../alerting/io/desk-ports.ts';
import { eachAlone } from '../../alerting/io/each-alone.ts';
import { DRILL_DEFAULTS } from '../contract/drill-config.ts';
import type { StartDrill } from '../contract/drills.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { targetOf } from '../contract/site-facts.ts';
import { AppError, hasCode } from '../core/errors.ts';
import type { WarningLevel } from '../core/level.ts';
import { MINUTE, elapsedMs, instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { DrillDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { Database } from '../platform/database.ts';
import { loadSites } from './site-config-store.ts';

type Tx = Transaction<Database>;
type Row = Selectable<Database['drill']>;
type Words = SiteConfig['name'];

/** A drill whose time passed so long ago, while nobody could begin it, is not held: people did not expect it at this hour. */
const STALE_AFTER_MS = 15 * MINUTE;
/** Who begins what was planned. */
const BY = 'alert';
const REFUSALS = ['drill/real-stands', 'drill/runs', 'drill/nobody'] as const;

/** Where drills are begun, planned and ended by people. Each call is a transaction, audit included. */
export function drillDesk(ports: DeskPorts): DrillDesk {
  const { db, clock, policyOf, draw } = ports;

  return {
    start: (siteId, asked, who) =>
      db.transaction().execute(async (tx) => {
        const now = await clock.read(tx);
        const [site] = await loadSites(tx, [siteId]);
        if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
        const words = wordsOf(siteId, site.config, asked);
        const { level, target = null, section = null, scenario = '', plannedFor } = asked;
        const id = randomUUID();
        const isLater = plannedFor !== undefined && plannedFor > now;
        await tx
          .insertInto('drill')
          .values({
            id,
            site_id: siteId,
            level,
            target,
            section,
            scenario,
            words: JSON.stringify(words),
            planned_for: new Date(isLater ? plannedFor : now),
            asked_by: who,
            asked_at: new Date(now),
            state: 'planned',
            callout_id: null,
            ends_at: null,
            why: null,
            closed_by: null,
            closed_at: null,
          })
          .execute();
        const begun = { drillId: id, siteId, level, words, endsAfterMs: endsAfterMs(site.config) };
        const calloutId = isLater ? null : await beginDrill(tx, { policyOf, draw }, begun, now);
        const facts = { drillId: id, level, words, calloutId, plannedFor: plannedFor ?? now };
        await recordAudit(tx, { at: now, who, action: isLater ? 'drill/plan' : 'drill/start', siteId, facts });
        return id;
      }),

    end: (drillId, note, who) =>
      db.transaction().execute(async (tx) => {
        const row = await heldDrill(tx, drillId);
        if (row === undefined) throw new AppError('drill/not-found', 'there is no such drill');
        const now = await clock.read(tx);
        const over = new AppError('drill/over', 'this drill is over already');
        if (row.state === 'planned') await close(tx, row, { state: 'cancelled', why: note, by: who, now });
        else {
          const callout = row.callout_id === null ? undefined : await calloutById(tx, row.callout_id);
          if (callout === undefined || callout.state.phase === 'released') throw over;
          const ended = { type: 'drill-ended', why: 'stopped', by: who, note } as const;
          await take(tx, callout, ended, { at: now, draw, policyOf });
        }
        const facts = { drillId, calloutId: row.callout_id, note };
        await recordAudit(tx, { at: now, who, action: 'drill/end', siteId: row.site_id, facts });
      }),
  };
}

/** Begins what was planned and is due. One that cannot be begun is dropped with the reason, and the page says so. */
export async function beginPlanned({ db, clock, policyOf, draw }: DeskPorts): Promise<void> {
  const now = await clock.read(db);
  const due = db.selectFrom('drill').select('id').where('state', '=', 'planned');
  const rows = await due.where('planned_for', '<=', new Date(now)).orderBy('planned_for').execute();
  await eachAlone(rows, async ({ id }) => {
    try {
      await db.transaction().execute((tx) => beginRow(tx, id));
    } catch (error) {
      const why = REFUSALS.find((code) => hasCode(error, code));
      if (why === undefined) throw error;
      await drop(db, id, why, now);
    }
  });

  async function beginRow(tx: Tx, id: string): Promise<void> {
    const row = await heldDrill(tx, id);
    if (row?.state !== 'planned') return;
    const isStale = elapsedMs(instant(row.planned_for.getTime()), now) > STALE_AFTER_MS;
    if (isStale) return close(tx, row, { state: 'dropped', why: 'missed', by: BY, now });
    const [site] = await loadSites(tx, [row.site_id]);
    if (site === undefined) throw new Error('a drill of a site that has no configuration');
    const { site_id: siteId, asked_by: askedBy } = row;
    // Written by this file alone, as these.
    const level = row.level as WarningLevel;
    const words = row.words as Words;
    const begun = { drillId: id, siteId, level, words, endsAfterMs: endsAfterMs(site.config) };
    const calloutId = await beginDrill(tx, { policyOf, draw }, begun, now);
    await recordAudit(tx, {
      at: now,
      who: BY,
      action: 'drill/start',
      siteId,
      facts: { drillId: id, calloutId, askedBy },
    });
  }
}

const drop = (db: Kysely<Database>, id: string, why: string, now: Instant): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const row = await heldDrill(tx, id);
    if (row?.state === 'planned') await close(tx, row, { state: 'dropped', why, by: BY, now });
  });

const heldDrill = (tx: Tx, id: string): Promise<Row | undefined> =>
  tx.selectFrom('drill').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

interface Closing {
  readonly state: 'cancelled' | 'dropped';
  readonly why: string;
  readonly by: string;
  readonly now: Instant;
}

async function close(tx: Tx, { id }: Row, { state, why, by, now }: Closing): Promise<void> {
  await tx
    .updateTable('drill')
    .set({ state, why, closed_by: by, closed_at: new Date(now) })
    .where('id', '=', id)
    .execute();
}

const endsAfterMs = ({ drills = DRILL_DEFAULTS }: SiteConfig) => drills.endAfterMinutes * MINUTE;

/** What is supposed, in both languages; what somebody has written is spoken as it is. Throws `point/not-found`. */
function wordsOf(siteId: string, config: SiteConfig, { target, section, scenario = '' }: StartDrill): Words {
  const names: Words[] = [];
  if (section !== undefined) {
    const known = config.sections?.find(({ id }) => id === section);
    if (known === undefined) throw new AppError('point/not-found', `the site has no section "${section}"`);
    names.push(known.name);
  }
  if (target !== undefined) {
    const rule = config.rules.find(({ id }) => targetOf(siteId, id) === target);
    const sensor = rule && config.sensors.find(({ code }) => code === rule.sensor);
    if (sensor === undefined) throw new AppError('point/not-found', `the site has no rule "${target}"`);
    names.push(sensor.name);
  }
  if (scenario !== '') names.push({ zh: scenario, en: scenario });
  if (names.length === 0) names.push({ zh: '假定情景', en: 'a supposed event' });
  return { zh: names.map(({ zh }) => zh).join(' '), en: names.map(({ en }) => en).join(', ') };
}
