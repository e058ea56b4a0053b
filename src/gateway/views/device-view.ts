import type { Kysely } from 'kysely';
import type { DeviceView } from '../../contract/devices.ts';
import { filtersOf } from '../../contract/mqtt-config.ts';
import type { SiteConfig } from '../../contract/site-config.ts';
import { AppError } from '../../core/errors.ts';
import type { Database } from '../../platform/database.ts';

/** Revoked ones in one view at most. */
const REVOKED_MAX = 100;

/** The devices of a site, those that may sign in first, and the newest that were revoked. Throws `site/not-found`. */
export async function devicesOfSite(db: Kysely<Database>, siteId: string): Promise<DeviceView[]> {
  const site = await db.selectFrom('site').select('id').where('id', '=', siteId).executeTakeFirst();
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const own = db.selectFrom('device').selectAll().where('site_id', '=', siteId);
  const present = await own.where('revoked_at', 'is', null).orderBy('name').execute();
  const revoked = await own
    .where('revoked_at', 'is not', null)
    .orderBy('revoked_at', 'desc')
    .limit(REVOKED_MAX)
    .execute();
  const topics = await topicsOf(db, siteId);
  return [...present, ...revoked].map((row) => viewOf(row, topics));
}

/** One device, revoked or not. Throws `device/not-found`. */
export async function deviceById(db: Kysely<Database>, deviceId: string): Promise<DeviceView> {
  const row = await db.selectFrom('device').selectAll().where('id', '=', deviceId).executeTakeFirst();
  if (row === undefined) throw new AppError('device/not-found', 'there is no such device');
  return viewOf(row, await topicsOf(db, row.site_id));
}

async function topicsOf(db: Kysely<Database>, siteId: string): Promise<string[]> {
  const newest = await db
    .selectFrom('site_config')
    .select('content')
    .where('site_id', '=', siteId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return newest === undefined ? [] : filtersOf(newest.content as SiteConfig);
}

interface Row {
  readonly id: string;
  readonly site_id: string;
  readonly name: string;
  readonly username: string;
  readonly topics: string[] | null;
  readonly created_by: string;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
  readonly revoked_by: string | null;
  readonly last_seen_at: Date | null;
}

const viewOf = (row: Row, ofSite: readonly string[]): DeviceView => ({
  deviceId: row.id,
  siteId: row.site_id,
  name: row.name,
  username: row.username,
  topics: [...(row.topics ?? ofSite)],
  followsSite: row.topics === null,
  createdBy: row.created_by,
  createdAt: row.created_at.getTime(),
  revokedAt: row.revoked_at?.getTime() ?? null,
  revokedBy: row.revoked_by,
  lastSeenAt: row.last_seen_at?.getTime() ?? null,
});
