import type { Kysely } from 'kysely';
import type { PolicyOf } from '../../alerting/io/desk-ports.ts';
import { newestRosterVersions, rosterVersion } from '../../alerting/io/roster-book.ts';
import { withSuspensions } from '../../alerting/io/suspended-phone.ts';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import { AppError } from '../core/errors.ts';
import type { Database } from '../platform/database.ts';
import { loadSites, newestVersions } from './site-config-store.ts';
import { policyOf } from './site-model.ts';
import type { LoadedSite } from './site-model.ts';

/** What a site's newest configuration and roster say about callouts. Throws `site/not-found`. */
export const sitePolicy: PolicyOf = async (siteId, db) => {
  const [site] = await loadSites(db, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  return withSuspensions(db, await withRoster(db, site));
};

const withRoster = async (db: Kysely<Database>, site: LoadedSite): Promise<CalloutPolicy> => {
  const { version, content } = await rosterVersion(db, site.siteId);
  return { ...policyOf(site), ...(version > 0 && { roster: content }) };
};

/**
 * What the newest configuration and roster of every site say about callouts; a site is read anew when one of them has a
 * new version. Of one that cannot be read the last that could stands, if any.
 */
export function sitePolicies(
  failed: (error: unknown, siteId: string) => void,
): (db: Kysely<Database>) => Promise<readonly CalloutPolicy[]> {
  const known = new Map<string, { readonly versions: string; readonly policy: CalloutPolicy }>();
  return async (db) => {
    const rosters = await newestRosterVersions(db);
    const versions = new Map(
      [...(await newestVersions(db))].map(([siteId, of]) => [
        siteId,
        `${String(of)}/${String(rosters.get(siteId) ?? 0)}`,
      ]),
    );
    const changed = [...versions].filter(([siteId, of]) => known.get(siteId)?.versions !== of);
    for (const site of await loadSites(
      db,
      changed.map(([siteId]) => siteId),
    )) {
      try {
        known.set(site.siteId, { versions: versions.get(site.siteId) ?? '', policy: await withRoster(db, site) });
      } catch (error) {
        failed(error, site.siteId);
      }
    }
    return Promise.all([...known.values()].map(({ policy }) => withSuspensions(db, policy)));
  };
}
