import type { SiteConfig } from './site-config.ts';

/** What has a level: one rule of one site. */
export const targetOf = (siteId: string, ruleId: string): string => `${siteId}/${ruleId}`;

/** Whether people are called for a rule: its limits are approved, and its point is in service. */
export const isGuarded = (
  { approved }: Pick<SiteConfig['rules'][number], 'approved'>,
  { state = 'in-service' }: Pick<SiteConfig['sensors'][number], 'state'>,
): boolean => approved !== undefined && state === 'in-service';
