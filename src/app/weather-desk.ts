import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { AnnounceWeather } from '../contract/weather.ts';
import { OPENS_DEFAULTS } from '../contract/opens-config.ts';
import { AppError } from '../core/errors.ts';
import { isGraver } from '../core/level.ts';
import type { WarningLevel } from '../core/level.ts';
import { instant } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import { weatherKey, weatherWords } from '../core/weather.ts';
import type { WeatherMessage } from '../core/weather.ts';
import type { WeatherDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { lockLog } from '../platform/position-log.ts';
import { appendReport, lowerReport } from '../platform/report-log.ts';
import { capDocument } from './cap-document.ts';
import { loadSites } from './site-config-store.ts';

type Tx = Transaction<Database>;
type EndedWhy = 'cancelled' | 'replaced' | 'expired' | 'by-hand' | 'not-actual';

interface Received {
  readonly siteId: string;
  readonly message: WeatherMessage;
  readonly source: 'json' | 'cap';
  readonly who: string;
}

/**
 * Where warnings of the weather bureau come in. From a configured colour on one calls people by itself, before any sensor
 * moves. What cancels or updates one may come before it does.
 */
export function weatherDesk({
  db,
  clock,
}: {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}): WeatherDesk {
  const receive = (received: Omit<Received, 'message'>, read: (now: Instant) => WeatherMessage): Promise<string> =>
    db.transaction().execute(async (tx) => {
      const now = await clock.read(tx);
      return take(tx, { ...received, message: read(now) }, now);
    });

  return {
    announce: (siteId, asked, who) => receive({ siteId, source: 'json', who }, (now) => writtenMessage(asked, now)),
    announceCap: (siteId, xml, who) => receive({ siteId, source: 'cap', who }, () => capDocument(xml)),
    end: (warningId, reason, who) =>
      db.transaction().execute(async (tx) => {
        const now = await clock.read(tx);
        const row = await tx
          .selectFrom('weather_warning')
          .select(['site_id', 'identifier', 'ended_at'])
          .where('id', '=', warningId)
          .forUpdate()
          .executeTakeFirst();
        if (row === undefined) throw new AppError('weather/not-found', 'there is no such warning');
        if (row.ended_at !== null) return;
        await endWarning(tx, { warningId, why: 'by-hand', who, reason }, now);
        const facts = { warningId, identifier: row.identifier, reason };
        await recordAudit(tx, { at: now, who, action: 'weather/end', siteId: row.site_id, facts });
      }),
  };
}

function writtenMessage(asked: AnnounceWeather, now: Instant): WeatherMessage {
  const { identifier, kind = 'alert', event, level, area = '', sent, expires, references = [] } = asked;
  return {
    identifier,
    kind,
    isActual: true,
    event: { zh: event.zh, en: event.en ?? event.zh },
    level,
    area,
    sentAt: sent === undefined ? now : instant(sent),
    expiresAt: expires === undefined ? null : instant(expires),
    references,
  };
}

async function take(tx: Tx, { siteId, message, source, who }: Received, now: Instant): Promise<string> {
  const [site] = await loadSites(tx, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  // One after the other: what updates a warning, and the warning, may come at once.
  await lockLog(tx, 'report_change');
  const { identifier, kind, references, expiresAt } = message;
  const known = await byIdentifier(tx, siteId, [identifier]);
  if (known[0] !== undefined) return known[0].id;
  const former = await byIdentifier(tx, siteId, references);
  const id = randomUUID();
  const rootId = former[0]?.root_id ?? id;
  const ended = await endAtOnce(tx, siteId, message, now);
  await tx
    .insertInto('weather_warning')
    .values({
      id,
      site_id: siteId,
      identifier,
      root_id: rootId,
      kind,
      actual: message.isActual,
      event: JSON.stringify(message.event),
      level: message.level,
      area: message.area,
      sent_at: new Date(message.sentAt),
      expires_at: expiresAt === null ? null : new Date(expiresAt),
      refers_to: [...references],
      source,
      recorded_by: who,
      recorded_at: new Date(now),
      ended_at: ended === null ? null : new Date(now),
      ended_why: ended,
    })
    .execute();
  if (message.isActual) {
    const why = kind === 'cancel' ? 'cancelled' : 'replaced';
    for (const one of former) if (one.ended_at === null) await markEnded(tx, one.id, why, now);
    const from = site.config.opens?.weatherFrom ?? OPENS_DEFAULTS.weatherFrom;
    await report(tx, { siteId, rootId, message, stands: ended === null, from, who, warningId: id }, now);
  }
  const facts = { warningId: id, identifier, kind, level: message.level, source, actual: message.isActual };
  await recordAudit(tx, { at: now, who, action: 'weather/announce', siteId, facts });
  return id;
}

/** Why a message warns of nothing from the beginning; `null`: it stands. */
async function endAtOnce(tx: Tx, siteId: string, message: WeatherMessage, now: Instant): Promise<EndedWhy | null> {
  const { kind, isActual, expiresAt, identifier } = message;
  if (!isActual) return 'not-actual';
  if (kind === 'cancel') return 'cancelled';
  if (expiresAt !== null && expiresAt <= now) return 'expired';
  // What cancels or updates it came before it.
  const later = await tx
    .selectFrom('weather_warning')
    .select('kind')
    .where('site_id', '=', siteId)
    .where('actual', '=', true)
    .where((eb) => eb(eb.val(identifier), '=', eb.fn.any('refers_to')))
    .executeTakeFirst();
  if (later === undefined) return null;
  return later.kind === 'cancel' ? 'cancelled' : 'replaced';
}

const byIdentifier = async (tx: Tx, siteId: string, identifiers: readonly string[]) =>
  identifiers.length === 0
    ? []
    : tx
        .selectFrom('weather_warning')
        .select(['id', 'root_id', 'ended_at'])
        .where('site_id', '=', siteId)
        .where('identifier', 'in', identifiers)
        .orderBy('recorded_at')
        .execute();

interface Told {
  readonly siteId: string;
  readonly rootId: string;
  readonly warningId: string;
  readonly message: WeatherMessage;
  readonly stands: boolean;
  /** The mildest colour that calls. */
  readonly from: WarningLevel;
  readonly who: string;
}

/** What becomes of the report under which the warning, and those it updates, stand. */
async function report(tx: Tx, { siteId, rootId, warningId, message, stands, from, who }: Told, now: Instant) {
  const { level, identifier, kind } = message;
  const key = weatherKey(rootId);
  const facts = { warningId, identifier, kind };
  if (stands && !isGraver(from, level)) {
    const words = weatherWords(message);
    const made = { siteId, subject: 'weather', key, level, words, at: message.sentAt, who, facts } as const;
    // An update may be milder than what it updates.
    await lowerReport(tx, { siteId, key, to: level, who, facts, at: now }, now);
    await appendReport(tx, made, now);
    return;
  }
  if (await standsStill(tx, rootId, warningId)) return;
  await lowerReport(tx, { siteId, key, to: 'normal', who, facts, at: now }, now);
}

/** Whether another message of the same warning stands. */
async function standsStill(tx: Tx, rootId: string, besides: string): Promise<boolean> {
  const open = tx
    .selectFrom('weather_warning')
    .select('id')
    .where('root_id', '=', rootId)
    .where('ended_at', 'is', null);
  return (await open.where('id', '<>', besides).executeTakeFirst()) !== undefined;
}

const markEnded = (tx: Tx, id: string, why: EndedWhy, now: Instant) =>
  tx
    .updateTable('weather_warning')
    .set({ ended_at: new Date(now), ended_why: why })
    .where('id', '=', id)
    .execute();

interface Ending {
  readonly warningId: string;
  readonly why: 'expired' | 'by-hand';
  readonly who: string;
  readonly reason: string | null;
}

/** A warning is over: nothing of it stands any more, and nothing else is touched. */
export async function endWarning(tx: Tx, { warningId, why, who, reason }: Ending, now: Instant): Promise<void> {
  await lockLog(tx, 'report_change');
  await markEnded(tx, warningId, why, now);
  const { site_id: siteId, root_id: rootId } = await tx
    .selectFrom('weather_warning')
    .select(['site_id', 'root_id'])
    .where('id', '=', warningId)
    .executeTakeFirstOrThrow();
  if (await standsStill(tx, rootId, warningId)) return;
  const facts = { warningId, why, ...(reason !== null && { seen: reason }) };
  await lowerReport(tx, { siteId, key: weatherKey(rootId), to: 'normal', who, facts, at: now }, now);
}
