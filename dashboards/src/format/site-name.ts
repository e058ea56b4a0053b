import type { SiteSummary } from '../../../src/contract/http.ts';
import type { Say } from '../words/say.ts';

/** Name of a site that a role holds at, its id where its name is not known here; null is all of them. */
export function siteName(say: Say, siteId: string | null, sites: readonly SiteSummary[]): string {
  if (siteId === null) return say('sites.all');
  return sites.find((site) => site.siteId === siteId)?.name[say.language] ?? siteId;
}
