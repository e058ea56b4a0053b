import { filtersOf } from '../contract/mqtt-config.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { GEO_HAZARD_TOPIC, haveTopicInCommon, isTopicFilter } from '../core/topic-filter.ts';

/** Our own processes' topics. */
const OURS = 'tailwatch/#';

/**
 * Why a device of a site may not be allowed to publish on `filter`, in words that finish the sentence "FILTER …"; null
 * where it may. What it publishes must never be taken for another site's, or for ours; of ours an acquire process at the
 * mine has those on which it hands over what it acquired of this site.
 */
export function topicFault(filter: string, others: readonly SiteConfig[], siteId: string): string | null {
  if (!isTopicFilter(filter)) return 'is no MQTT topic filter';
  if (filter !== filter.trim()) return 'begins or ends with a space';
  if (filter.startsWith('$') && filter !== GEO_HAZARD_TOPIC) return 'begins with $: such topics are the broker’s own';
  if (isEdgeTopic(filter, siteId)) return null;
  if (haveTopicInCommon(filter, OURS)) return `can match topics under tailwatch/, which are not for instruments`;
  // Whoever asks may not know of the other site: neither its name nor its topic is told.
  if (others.flatMap(filtersOf).some((theirs) => haveTopicInCommon(filter, theirs)))
    return 'can match topics where another site is published';
  return null;
}

/** Where the acquire process of a mine publishes: what it acquired of the site, and what it tells of itself. */
export const edgeTopics = (siteId: string, edge: string): string[] => [
  `tailwatch/acquired/${siteId}/+`,
  `tailwatch/told/${siteId}/${edge}`,
];

function isEdgeTopic(filter: string, siteId: string): boolean {
  const [acquired = '', told = ''] = edgeTopics(siteId, '');
  return filter === acquired || (filter.startsWith(told) && /^[a-z0-9][a-z0-9-]*$/.test(filter.slice(told.length)));
}
