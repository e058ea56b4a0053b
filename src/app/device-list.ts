import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { filterOf } from '../contract/mqtt-config.ts';
import type { BrokerDevice } from '../platform/broker-guests.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';

/** Grows with each device that is made or revoked: cheap, for those who follow changes. */
export async function deviceRevision(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ revision: string }>`
    select count(*) + count(revoked_at) as revision from device`.execute(db);
  return Number(rows[0]?.revision ?? 0);
}

interface SiteTopic {
  readonly siteId: string;
  /** As a site's file has it. */
  readonly topic: string;
}

/** Every device that may sign in, with the topics that are its own by these mappings. */
export async function presentDevices(db: Kysely<Database>, mappings: readonly SiteTopic[]): Promise<BrokerDevice[]> {
  const rows = await db
    .selectFrom('device')
    .select(['id', 'site_id', 'username', 'password_hash', 'topics'])
    .where('revoked_at', 'is', null)
    .orderBy('username')
    .execute();
  const bySite = Map.groupBy(mappings, ({ siteId }) => siteId);
  return rows.map((row) => ({
    id: row.id,
    siteId: row.site_id,
    username: row.username,
    passwordHash: row.password_hash,
    topics: row.topics ?? [...new Set((bySite.get(row.site_id) ?? []).map(({ topic }) => filterOf(topic)))],
  }));
}

/** Writes down when devices were last heard. */
export async function storeSeen(db: Kysely<Database>, seen: ReadonlyMap<string, Instant>): Promise<void> {
  if (seen.size === 0) return;
  const [ids, times] = [[...seen.keys()], [...seen.values()].map((at) => new Date(at).toISOString())];
  await sql`
    update device set last_seen_at = greatest(last_seen_at, at)
    from unnest(${ids}::uuid[], ${times}::timestamptz[]) as heard (device_id, at) where device.id = heard.device_id`.execute(
    db,
  );
}
