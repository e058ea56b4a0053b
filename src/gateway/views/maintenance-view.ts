import type { Kysely } from 'kysely';
import type { MaintenanceView } from '../../contract/http.ts';
import { AppError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

/** Windows that are over, in one view at most. */
const OVER_MAX = 50;

/** The maintenance of a site: what is running, and the newest that is over; the newest first. Throws `site/not-found`. */
export async function maintenanceOfSite(
  db: Kysely<Database>,
  siteId: string,
  now: Instant,
): Promise<MaintenanceView[]> {
  const site = await db.selectFrom('site').select('id').where('id', '=', siteId).executeTakeFirst();
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const over = await db
    .selectFrom('maintenance')
    .selectAll()
    .where('site_id', '=', siteId)
    .where((eb) => eb.or([eb('ended_at', 'is not', null), eb('until_at', '<=', new Date(now))]))
    .orderBy('from_at', 'desc')
    .limit(OVER_MAX)
    .execute();
  return [...(await runningMaintenance(db, siteId, now)), ...over.map(viewOf)];
}

/** What is being worked on at a site now, the newest first. */
export async function runningMaintenance(
  db: Kysely<Database>,
  siteId: string,
  now: Instant,
): Promise<MaintenanceView[]> {
  const rows = await db
    .selectFrom('maintenance')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('ended_at', 'is', null)
    .where('until_at', '>', new Date(now))
    .orderBy('from_at', 'desc')
    .execute();
  return rows.map(viewOf);
}

/** One maintenance, running or over. Throws `maintenance/not-found`. */
export async function maintenanceById(db: Kysely<Database>, maintenanceId: string): Promise<MaintenanceView> {
  const row = await db.selectFrom('maintenance').selectAll().where('id', '=', maintenanceId).executeTakeFirst();
  if (row === undefined) throw new AppError('maintenance/not-found', 'there is no such maintenance');
  return viewOf(row);
}

interface Row {
  readonly id: string;
  readonly point: string;
  readonly reason: string;
  readonly substitute: unknown;
  readonly from_at: Date;
  readonly until_at: Date;
  readonly started_by: string;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
}

const viewOf = (row: Row): MaintenanceView => ({
  maintenanceId: row.id,
  point: row.point,
  reason: row.reason,
  from: row.from_at.getTime(),
  until: row.until_at.getTime(),
  startedBy: row.started_by,
  endedAt: row.ended_at?.getTime() ?? null,
  endedBy: row.ended_by,
  // Written by the desk, as this.
  substitute: row.substitute as MaintenanceView['substitute'],
});
