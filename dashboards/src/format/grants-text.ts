import type { SiteSummary } from '../../../src/contract/http.ts';
import type { Grant } from '../../../src/core/access.ts';
import type { Say } from '../words/say.ts';
import { siteName } from './site-name.ts';

/** Each role with where it holds. */
export const grantsText = (say: Say, grants: readonly Grant[], sites: readonly SiteSummary[]): string[] =>
  grants.map(({ role, siteId }) =>
    say('people.roleAt', { role: say(`role.${role}`), site: siteName(say, siteId, sites) }),
  );
