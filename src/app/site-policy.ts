import type { PolicyOf } from '../../alerting/io/desk-ports.ts';
import { AppError } from '../core/errors.ts';
import { loadSites } from './site-config-store.ts';
import { policyOf } from './site-model.ts';

/** What a site's newest configuration says about callouts. Throws `site/not-found`. */
export const sitePolicy: PolicyOf = async (siteId, db) => {
  const [site] = await loadSites(db, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  return policyOf(site);
};
