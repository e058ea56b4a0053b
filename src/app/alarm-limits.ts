import { DEFAULT_LIMITS } from '../../alerting/alarm-limits.ts';
import type { AlarmLimits } from '../../alerting/alarm-limits.ts';
import type { LimitsOf } from '../../alerting/io/alarm-desk.ts';
import type { AlarmConfig } from '../contract/alarm-config.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { AppError } from '../core/errors.ts';
import { WARNING_LEVELS } from '../core/level.ts';
import { HOUR, MINUTE, SECOND } from '../core/time.ts';
import { loadSites } from './site-config-store.ts';

/** What a site's configuration says of its alarms; what it leaves out is as the defaults have it. */
export function limitsOf({ alarms }: Pick<SiteConfig, 'alarms'>): AlarmLimits {
  const { chattering, flood, staleAfterMs, operators } = DEFAULT_LIMITS;
  return {
    acknowledgedForMs: byLevel(alarms?.acknowledgedHours, DEFAULT_LIMITS.acknowledgedForMs),
    shelvedAtMostMs: byLevel(alarms?.shelvedHoursAtMost, DEFAULT_LIMITS.shelvedAtMostMs),
    chattering: alarms?.chattering
      ? { changes: alarms.chattering.changes, withinMs: alarms.chattering.seconds * SECOND }
      : chattering,
    staleAfterMs: alarms?.staleHours === undefined ? staleAfterMs : alarms.staleHours * HOUR,
    flood: alarms?.flood ? { alarms: alarms.flood.alarms, withinMs: alarms.flood.minutes * MINUTE } : flood,
    operators: alarms?.operators ?? operators,
  };
}

function byLevel(
  hours: AlarmConfig['acknowledgedHours'],
  defaults: AlarmLimits['acknowledgedForMs'],
): AlarmLimits['acknowledgedForMs'] {
  const given = WARNING_LEVELS.flatMap((level) => {
    const of = hours?.[level];
    return of === undefined ? [] : [[level, of * HOUR] as const];
  });
  return { ...defaults, ...Object.fromEntries(given) };
}

/** What the newest configuration of a site says. Throws `site/not-found`. */
export const siteAlarmLimits: LimitsOf = async (siteId, db) => {
  const [site] = await loadSites(db, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  return limitsOf(site.config);
};
