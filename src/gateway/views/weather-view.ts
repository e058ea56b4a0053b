import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { WeatherView } from '../../contract/weather.ts';
import { AppError } from '../../core/errors.ts';
import type { WarningLevel } from '../../core/level.ts';
import type { WeatherKind } from '../../core/weather.ts';
import type { Database } from '../../platform/database.ts';

const SHOWN = 50;

/** The warnings of a site: what stands first, then the newest. */
export async function weatherOfSite(db: Kysely<Database>, siteId: string): Promise<WeatherView[]> {
  const newest = select(db).where('weather_warning.site_id', '=', siteId);
  const rows = await newest.orderBy(sql`ended_at is not null`).orderBy('recorded_at', 'desc').limit(SHOWN).execute();
  return rows.map(viewOf);
}

/** One warning. Throws `weather/not-found`. */
export async function weatherById(db: Kysely<Database>, warningId: string): Promise<WeatherView> {
  const row = await select(db).where('weather_warning.id', '=', warningId).executeTakeFirst();
  if (row === undefined) throw new AppError('weather/not-found', 'there is no such warning');
  return viewOf(row);
}

const select = (db: Kysely<Database>) =>
  db
    .selectFrom('weather_warning')
    .leftJoin('report_state', (join) =>
      join
        .onRef('report_state.site_id', '=', 'weather_warning.site_id')
        .on(sql<boolean>`report_state.key = 'weather:' || weather_warning.root_id`),
    )
    .selectAll('weather_warning')
    .select('report_state.level as stands');
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

const viewOf = (row: Row): WeatherView => ({
  warningId: row.id,
  siteId: row.site_id,
  identifier: row.identifier,
  // Written by us alone, as these.
  kind: row.kind as WeatherKind,
  actual: row.actual,
  event: row.event as WeatherView['event'],
  level: row.level as WarningLevel,
  area: row.area,
  sentAt: row.sent_at.getTime(),
  expiresAt: row.expires_at?.getTime() ?? null,
  recordedBy: row.recorded_by,
  recordedAt: row.recorded_at.getTime(),
  endedAt: row.ended_at?.getTime() ?? null,
  endedWhy: row.ended_why as WeatherView['endedWhy'],
  calls: row.ended_at === null && row.stands !== null && row.stands !== 'normal',
});
