import type { Kysely } from 'kysely';
import { gravestOf } from '../../alerting/alarm.ts';
import type { Alarm } from '../../alerting/alarm.ts';
import { hiddenBecause } from '../../alerting/alarm-hidden.ts';
import type { PointFacts } from '../../alerting/alarm-hidden.ts';
import { chatters } from '../../alerting/figures/chattering.ts';
import { levelToGoBy, needsSecond } from '../../alerting/io/alarm-desk.ts';
import type { ListedAlarm } from '../contract/alarms.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { pointOf, pointsBehind, targetOf } from '../contract/site-facts.ts';
import { AppError } from '../core/errors.ts';
import { HOUR, instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { limitsOf } from './alarm-limits.ts';
import { pointsInMaintenance } from './maintenance-windows.ts';
import { loadSites } from './site-config-store.ts';

/** Over which time chattering is looked for, and in how many changes of the site at most. */
const CHATTERING_OVER_MS = HOUR;
const CHANGES_AT_MOST = 5_000;

/** Every open alarm of a site, the newest first: one a rule at most. Throws `site/not-found`. */
export async function alarmsOfSite(db: Kysely<Database>, siteId: string, now: Instant): Promise<ListedAlarm[]> {
  const [site] = await loadSites(db, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const { config } = site;
  const limits = limitsOf(config);
  const rows = await db
    .selectFrom('alarm')
    .select(['target', 'state', 'opened_at'])
    .where('site_id', '=', siteId)
    .where('closed_at', 'is', null)
    .orderBy('opened_at', 'desc')
    .execute();
  const worked = await pointsInMaintenance(db, siteId, now);
  const changes = await lateChanges(db, siteId, now);
  return rows.map(({ target, state, opened_at }): ListedAlarm => {
    // Written by the book, as this.
    const alarm = state as Alarm;
    const { acknowledged: seen, shelf = null } = alarm;
    const hidden = hiddenBecause(alarm, pointFacts(config, target, worked));
    const level = levelToGoBy(alarm);
    return {
      target,
      state: alarm.state,
      level: alarm.level,
      worst: gravestOf(alarm),
      openedAt: opened_at.getTime(),
      acknowledged: seen && { by: seen.by, at: seen.at, until: seen.until ?? null },
      shelf,
      hidden: hidden && { why: hidden.why, point: 'point' in hidden ? hidden.point : null },
      shelfHoursAtMost: limits.shelvedAtMostMs[level] / HOUR,
      secondPerson: needsSecond(alarm),
      stale: alarm.level !== 'normal' && now - opened_at.getTime() > limits.staleAfterMs,
      chattering: chatters(changes.get(target) ?? [], limits.chattering),
    };
  });
}

/** What the points behind a rule say of its alarm, and those that suppress it by design. */
function pointFacts(config: SiteConfig, target: string, worked: ReadonlySet<string>): PointFacts {
  const rule = config.rules.find(({ id }) => targetOf(config.site, id) === target);
  if (rule === undefined) return { outOfService: null, suppressedBy: null };
  const isRetired = (point: string): boolean =>
    config.sensors.some((sensor) => pointOf(sensor) === point && sensor.state === 'retired');
  const isIn = (point: string, state: 'maintenance' | 'commissioning' | 'retired'): boolean =>
    state === 'maintenance'
      ? worked.has(point)
      : config.sensors.some((sensor) => pointOf(sensor) === point && sensor.state === state);
  const behind = pointsBehind(config, rule.sensor);
  return {
    outOfService: behind.find((point) => worked.has(point) || isRetired(point)) ?? null,
    suppressedBy: rule.suppress?.find(({ point, state }) => isIn(point, state))?.point ?? null,
  };
}

async function lateChanges(
  db: Kysely<Database>,
  siteId: string,
  now: Instant,
): Promise<ReadonlyMap<string, readonly Instant[]>> {
  const rows = await db
    .selectFrom('level_change')
    .select(['target', 'recorded_at'])
    .where('site_id', '=', siteId)
    .where('recorded_at', '>', new Date(now - CHATTERING_OVER_MS))
    .orderBy('recorded_at', 'desc')
    .limit(CHANGES_AT_MOST)
    .execute();
  const times = new Map<string, Instant[]>();
  for (const { target, recorded_at } of rows)
    times.set(target, [...(times.get(target) ?? []), instant(recorded_at.getTime())]);
  return times;
}
