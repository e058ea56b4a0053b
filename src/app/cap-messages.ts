import type { Kysely } from 'kysely';
import { calloutAlerts } from '../../alerting/cap/callout-alerts.ts';
import type { WarningArea } from '../../alerting/cap/cap-alert.ts';
import { capXml } from '../../alerting/cap/cap-xml.ts';
import type { CalloutPolicy } from '../../alerting/policy.ts';
import type { CapMessage } from '../contract/cap.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { AppError } from '../core/errors.ts';
import { instant } from '../core/time.ts';
import type { Database } from '../platform/database.ts';
import { loadSites } from './site-config-store.ts';

/** Lines of one callout's record that are read at most; the first ones tell it. */
const LINES_AT_MOST = 10_000;

/** The CAP messages of a callout so far, oldest first, sent by the service at this address. Throws `callout/not-found`. */
export async function capMessagesOf(
  db: Kysely<Database>,
  calloutId: string,
  publicUrl: URL,
): Promise<readonly CapMessage[]> {
  const callout = await db
    .selectFrom('callout')
    .select(['site_id', 'policy'])
    .where('id', '=', calloutId)
    .executeTakeFirst();
  if (callout === undefined) throw new AppError('callout/not-found', 'there is no such callout');
  const lines = await db
    .selectFrom('callout_event')
    .select(['type', 'at', 'facts'])
    .where('callout_id', '=', calloutId)
    .where('type', 'not in', ['attempt-queued', 'attempt-status'])
    .orderBy('position')
    .limit(LINES_AT_MOST)
    .execute();
  const [site] = await loadSites(db, [callout.site_id]);
  const record = lines.map(({ type, at, facts }) => ({ type, at: instant(at.getTime()), facts }));
  const origin = {
    calloutId,
    sender: `tailwatch@${publicUrl.hostname}`,
    // Written by alerting, as this.
    policy: callout.policy as CalloutPolicy,
    area: areaOf(site?.config),
    isExercise: record.some(({ facts }) => facts['drill'] === true),
  };
  return calloutAlerts(origin, record).map((alert) => ({
    identifier: alert.identifier,
    sent: alert.sent,
    // A callout makes no others.
    msgType: alert.msgType as CapMessage['msgType'],
    status: alert.status as CapMessage['status'],
    xml: capXml(alert),
  }));
}

function areaOf(config: SiteConfig | undefined): WarningArea | null {
  const area = config?.warningArea;
  if (area === undefined) return null;
  return { description: area.description, polygon: area.polygon ?? null, circle: area.circle ?? null };
}
