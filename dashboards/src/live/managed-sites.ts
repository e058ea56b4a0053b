import type { SiteSummary } from '../../../src/contract/http.ts';
import type { Permission } from '../../../src/core/access.ts';
import { session } from './session.ts';
import { sites } from './sites.ts';

/** The sites at which something may be done, and whether that is all of them, also those to come. */
export function managedSites(permission: Permission): { readonly all: boolean; readonly list: readonly SiteSummary[] } {
  const known = sites.value !== null && 'map' in sites.value ? sites.value : [];
  const held = session.value?.permissions[permission];
  return { all: held === 'all', list: held === 'all' ? known : known.filter(({ siteId }) => held?.includes(siteId)) };
}
