import type { Kysely } from 'kysely';
import type { PolicyOf } from '../../alerting/io/desk-ports.ts';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import { AppError } from '../core/errors.ts';
import type { Database } from '../platform/database.ts';
import { loadSites, newestVersions } from './site-config-store.ts';
import { policyOf } from './site-model.ts';

/** What a site's newest configuration says about callouts. Throws `site/not-found`. */
export const sitePolicy: PolicyOf = async (siteId, db) => {
  const [site] = await loadSites(db, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  return policyOf(site);
};

/**
 * What the newest configuration of every site says about callouts; a site is read anew when it has a new version.
 * Of one that cannot be read the last that could stands, if any.
 */
export function sitePolicies(
  failed: (error: unknown, siteId: string) => void,
): (db: Kysely<Database>) => Promise<readonly CalloutPolicy[]> {
  const known = new Map<string, CalloutPolicy>();
  return async (db) => {
    const versions = await newestVersions(db);
    const changed = [...versions].filter(([siteId, version]) => known.get(siteId)?.configVersion !== version);
    for (const site of await loadSites(
      db,
      changed.map(([siteId]) => siteId),
    )) {
      try {
        known.set(site.siteId, policyOf(site));
      } catch (error) {
        failed(error, site.siteId);
      }
    }
    return [...known.values()];
  };
}
