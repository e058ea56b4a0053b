import { shown, siteChanges } from '../contract/review/site-changes.ts';
import type { ShownChange } from '../contract/review/site-changes.ts';
import type { SiteConfig } from '../contract/site-config.ts';

/**
 * What changes from one configuration of a site to the next, one line each, empty when nothing does:
 * `+ path: new`, `- path: old`, `~ path: old -> new`. Telephone numbers are not shown.
 */
export const siteDiff = (before: SiteConfig, after: SiteConfig): string[] =>
  siteChanges(before, after).map((change) => changeLine(shown(change)));

export function changeLine({ path, before, after }: ShownChange): string {
  if (before === null) return `+ ${path}: ${String(after)}`;
  if (after === null) return `- ${path}: ${before}`;
  return `~ ${path}: ${before} -> ${after}`;
}
