import type { Kysely } from 'kysely';
import type { Instant } from '../../src/core/time.ts';
import { instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import { EMPTY_ROSTER } from '../roster/roster.ts';
import type { RosterContent } from '../roster/roster.ts';

/** One version of a site's roster; 0: nothing was ever written down. */
export interface RosterVersion {
  readonly version: number;
  readonly content: RosterContent;
  readonly changed: { readonly by: string; readonly at: Instant } | null;
}

/** The roster of a site that holds at an instant; the newest one without it. */
export async function rosterVersion(db: Kysely<Database>, siteId: string, at?: Instant): Promise<RosterVersion> {
  let versions = db.selectFrom('duty_roster').selectAll().where('site_id', '=', siteId);
  if (at !== undefined) versions = versions.where('changed_at', '<=', new Date(at));
  const row = await versions.orderBy('version', 'desc').limit(1).executeTakeFirst();
  if (row === undefined) return { version: 0, content: EMPTY_ROSTER, changed: null };
  return {
    version: row.version,
    // Written by the roster desk alone, as this.
    content: row.content as RosterContent,
    changed: { by: row.changed_by, at: instant(row.changed_at.getTime()) },
  };
}

/** Version of each site's newest roster: cheap, for those who follow changes. */
export async function newestRosterVersions(db: Kysely<Database>): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('duty_roster')
    .select(['site_id', (eb) => eb.fn.max('version').as('version')])
    .groupBy('site_id')
    .execute();
  return new Map(rows.map((row) => [row.site_id, row.version]));
}
