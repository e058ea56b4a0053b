import type { Kysely, Selectable } from 'kysely';
import { readOut } from '../../alerting/accident/read-out.ts';
import type { Casualties } from '../../alerting/accident/read-out.ts';
import type { AccidentGrade, Report } from '../../alerting/accident/reports.ts';
import type { AccidentView } from '../contract/accidents.ts';
import { AppError } from '../core/errors.ts';
import { gravest } from '../core/level.ts';
import type { Level } from '../core/level.ts';
import { instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { loadSites } from './site-config-store.ts';

const SHOWN = 20;

/** What is open first, then the newest that were closed. Throws `site/not-found`. */
export async function accidentsOfSite(db: Kysely<Database>, siteId: string): Promise<AccidentView[]> {
  const rows = await db
    .selectFrom('accident')
    .selectAll()
    .where('site_id', '=', siteId)
    .orderBy((eb) => eb('closed_at', 'is not', null))
    .orderBy('declared_at', 'desc')
    .limit(SHOWN)
    .execute();
  return viewsOf(db, siteId, rows);
}

/** Throws `accident/not-found`. */
export async function accidentById(db: Kysely<Database>, accidentId: string): Promise<AccidentView> {
  const row = await db.selectFrom('accident').selectAll().where('id', '=', accidentId).executeTakeFirst();
  const [view] = row === undefined ? [] : await viewsOf(db, row.site_id, [row]);
  if (view === undefined) throw new AppError('accident/not-found', 'there is no such accident');
  return view;
}

async function viewsOf(
  db: Kysely<Database>,
  siteId: string,
  rows: readonly Selectable<Database['accident']>[],
): Promise<AccidentView[]> {
  const [site] = await loadSites(db, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const { name, timeZone, facility } = site.config;
  const levels = await db.selectFrom('level_state').select('level').where('site_id', '=', siteId).execute();
  const level = gravest(levels.map((row) => row.level as Level));
  const ids = rows.map(({ id }) => id);
  const reports =
    ids.length === 0
      ? []
      : await db.selectFrom('accident_report').selectAll().where('accident_id', 'in', ids).orderBy('place').execute();
  return rows.map((row): AccidentView => {
    // Written by the desk, as these.
    const grade = row.grade as AccidentGrade;
    const casualties = row.casualties as Casualties | null;
    const known = { what: row.what, where: row.place, grade, casualties, measures: row.measures };
    return {
      accidentId: row.id,
      siteId,
      ...known,
      happenedAt: row.happened_at.getTime(),
      declaredBy: row.declared_by,
      declaredAt: row.declared_at.getTime(),
      closed:
        row.closed_at === null || row.closed_by === null
          ? null
          : { by: row.closed_by, at: row.closed_at.getTime(), note: row.close_note ?? '' },
      reports: reports.filter(({ accident_id }) => accident_id === row.id).map(reportView),
      readOut: readOut({
        ...known,
        site: name,
        timeZone,
        facilityClass: facility.class,
        peopleBelow: facility.peopleBelow,
        happenedAt: instant(row.happened_at.getTime()),
        level,
      }),
    };
  });
}

function reportView(row: Selectable<Database['accident_report']>): AccidentView['reports'][number] {
  const { to, by, source } = row.content as Report;
  return {
    report: row.report,
    to,
    by,
    source,
    dueAt: row.due_at?.getTime() ?? null,
    told:
      row.told_at === null || row.told_by === null
        ? null
        : { by: row.told_by, at: row.told_at.getTime(), note: row.note ?? '' },
  };
}
