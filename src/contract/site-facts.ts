import { inputCodes } from './derive-references.ts';
import type { SiteConfig } from './site-config.ts';

/** What has a level: one rule of one site. */
export const targetOf = (siteId: string, ruleId: string): string => `${siteId}/${ruleId}`;

/** Whether people are called for a rule: its limits are approved, and its point is in service. */
export const isGuarded = (
  { approved }: Pick<SiteConfig['rules'][number], 'approved'>,
  { state = 'in-service' }: Pick<SiteConfig['sensors'][number], 'state'>,
): boolean => approved !== undefined && state === 'in-service';

type Parts = Pick<SiteConfig, 'sensors' | 'channels'>;

/** The point that a sensor or channel belongs to: what is put in maintenance as one. */
export const pointOf = ({ code, point }: { readonly code: string; readonly point?: string | undefined }): string =>
  point ?? code;

/** Every point of the site. */
export const pointsOf = ({ sensors, channels = [] }: Parts): ReadonlySet<string> =>
  new Set([...sensors, ...channels].map(pointOf));

/** The points that must not be worked on for a sensor to be judged: its own, and those of all it is derived from. */
export function pointsBehind({ sensors, channels = [] }: Parts, code: string): readonly string[] {
  const byCode = new Map<string, SiteConfig['sensors'][number] | NonNullable<SiteConfig['channels']>[number]>(
    [...channels, ...sensors].map((each) => [each.code, each]),
  );
  // A set that grows while it is walked: what is added is walked too.
  const behind = new Set([code]);
  for (const each of behind) {
    const part = byCode.get(each);
    if (part !== undefined && 'derive' in part) for (const input of inputCodes(part.derive)) behind.add(input);
  }
  return [...new Set([...behind].flatMap((each) => byCode.get(each) ?? []).map(pointOf))];
}
