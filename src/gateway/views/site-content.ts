import type { Kysely } from 'kysely';
import type { SiteConfig } from '../../contract/site-config.ts';
import { AppError } from '../../core/errors.ts';
import type { Database } from '../../platform/database.ts';

/** A site's configuration in force. Checked when it was applied: a stricter program must not stop showing a site. Throws `site/not-found`. */
export async function configInForce(db: Kysely<Database>, siteId: string): Promise<SiteConfig> {
  const row = await db
    .selectFrom('site_config')
    .select('content')
    .where('site_id', '=', siteId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) throw new AppError('site/not-found', 'there is no such site');
  return row.content as SiteConfig;
}
