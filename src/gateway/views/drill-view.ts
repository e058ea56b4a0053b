import type { Kysely, Selectable } from 'kysely';
import type { Callout } from '../../../alerting/callout.ts';
import { DRILL_DEFAULTS } from '../../contract/drill-config.ts';
import type { CalloutFigures } from '../../contract/callout-report.ts';
import type { DrillView, DrillsView } from '../../contract/drills.ts';
import type { SiteConfig } from '../../contract/site-config.ts';
import { AppError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';
import { nextDrill } from '../../platform/next-drill.ts';
import { figuresOf, rowsOfCallouts } from './callout-report-view.ts';

/** Ones that are shown; the table keeps them all. */
const SHOWN = 100;

/** The drills of a site, and when the next one is due. Throws `site/not-found`. */
export async function drillsOfSite(db: Kysely<Database>, siteId: string, now: Instant): Promise<DrillsView> {
  const config = await newestConfig(db, siteId);
  const { everyDays, endAfterMinutes } = config.drills ?? DRILL_DEFAULTS;
  const rows = await db
    .selectFrom('drill')
    .selectAll()
    .where('site_id', '=', siteId)
    .orderBy('planned_for', 'desc')
    .limit(SHOWN)
    .execute();
  const { lastAt, dueAt } = await nextDrill(db, siteId, everyDays);
  return { everyDays, endAfterMinutes, lastAt, dueAt, isOverdue: dueAt < now, drills: await viewsOf(db, rows) };
}

/** One drill. Throws `drill/not-found`. */
export async function drillById(db: Kysely<Database>, drillId: string): Promise<DrillView> {
  const row = await db.selectFrom('drill').selectAll().where('id', '=', drillId).executeTakeFirst();
  const [view] = row === undefined ? [] : await viewsOf(db, [row]);
  if (view === undefined) throw new AppError('drill/not-found', 'there is no such drill');
  return view;
}

async function newestConfig(db: Kysely<Database>, siteId: string): Promise<SiteConfig> {
  const rows = db.selectFrom('site_config').select('content').where('site_id', '=', siteId);
  const row = await rows.orderBy('version', 'desc').limit(1).executeTakeFirst();
  if (row === undefined) throw new AppError('site/not-found', 'there is no such site');
  // Checked when it was applied.
  return row.content as SiteConfig;
}

type Row = Selectable<Database['drill']>;

async function viewsOf(db: Kysely<Database>, rows: readonly Row[]): Promise<DrillView[]> {
  const ids = rows.flatMap(({ callout_id }) => callout_id ?? []);
  const callouts = await rowsOfCallouts(db, ids);
  const figures = await figuresOf(db, callouts);
  const files = await filesIn(db, ids);
  return rows.map((row) => {
    const callout = callouts.find(({ id }) => id === row.callout_id);
    const state = callout?.state as (Callout & { readonly unreadable?: unknown }) | undefined;
    return {
      drillId: row.id,
      siteId: row.site_id,
      // Written by the desk, as these.
      level: row.level as DrillView['level'],
      what: row.words as DrillView['what'],
      plannedFor: row.planned_for.getTime(),
      askedBy: row.asked_by,
      askedAt: row.asked_at.getTime(),
      ...stateOf(row, state),
      why: row.why,
      calloutId: row.callout_id,
      endsAt: row.ends_at?.getTime() ?? null,
      figures: figures.find((one: CalloutFigures) => one.calloutId === row.callout_id) ?? null,
      files: files.get(row.callout_id ?? '') ?? 0,
    };
  });
}

function stateOf(
  { state }: Row,
  callout: (Callout & { readonly unreadable?: unknown }) | undefined,
): Pick<DrillView, 'state' | 'endedHow'> {
  if (callout === undefined) return { state: state as DrillView['state'], endedHow: null };
  if (callout.phase !== 'released') return { state: 'running', endedHow: null };
  if (callout.unreadable !== undefined) return { state: 'ended', endedHow: 'unreadable' };
  return { state: 'ended', endedHow: callout.drillEnded ?? 'released' };
}

async function filesIn(db: Kysely<Database>, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('callout_file')
    .select(({ fn }) => ['callout_id', fn.countAll<string>().as('count')])
    .where('callout_id', 'in', ids)
    .groupBy('callout_id')
    .execute();
  return new Map(rows.map(({ callout_id, count }) => [callout_id, Number(count)]));
}
