import type { Kysely, Selectable } from 'kysely';
import type { Callout } from '../../../alerting/callout.ts';
import type { CalloutPolicy } from '../../../alerting/policy.ts';
import type { CalloutFigures, CalloutReport, MonthReport } from '../../contract/callout-report.ts';
import { AppError } from '../../core/errors.ts';
import { gravest } from '../../core/level.ts';
import type { Instant } from '../../core/time.ts';
import { addDays, instantOf, localDate } from '../../core/zone.ts';
import type { Database } from '../../platform/database.ts';
import { configInForce } from './site-content.ts';
import { maskPhone } from './mask-phone.ts';
import { filesOfCallout } from './report-files-view.ts';

/** What a report is bounded by; the tables keep all of it. */
const ROWS_AT_MOST = 5_000;
const CALLOUTS_AT_MOST = 500;

/** Ends that reached nobody. */
const MISSES = ['no-answer', 'busy', 'voicemail', 'failed', 'hung-up', 'wrong-digits', 'undelivered'];

type CalloutRow = Pick<
  Selectable<Database['callout']>,
  'id' | 'site_id' | 'config_version' | 'policy' | 'state' | 'opened_at' | 'ended_at'
>;
const COLUMNS = ['id', 'site_id', 'config_version', 'policy', 'state', 'opened_at', 'ended_at'] as const;

/** What was done to reach people in one callout. Throws `callout/not-found`. */
export async function calloutReport(db: Kysely<Database>, calloutId: string): Promise<CalloutReport> {
  const row = await db.selectFrom('callout').select(COLUMNS).where('id', '=', calloutId).executeTakeFirst();
  if (row === undefined) throw new AppError('callout/not-found', 'there is no such callout');
  // Written by alerting, as these types, and by nobody else.
  const policy = row.policy as CalloutPolicy;
  const state = row.state as Callout;
  const attempts = await attemptsOf(db, calloutId);
  const events = await eventsOf(db, calloutId);
  const [figures] = await figuresOf(db, [row]);
  if (figures === undefined) throw new Error('a callout that was read has figures');
  const who = (contactId: string) => {
    const contact = policy.contacts?.find(({ id }) => id === contactId);
    return { contactId, name: contact?.name ?? { zh: contactId, en: contactId }, duty: contact?.duty ?? null };
  };
  return {
    siteId: row.site_id,
    siteName: policy.siteName,
    timeZone: policy.timeZone,
    configVersion: row.config_version,
    drill: policy.drill === true,
    figures,
    calls: attempts.slice(0, ROWS_AT_MOST).map((attempt) => ({
      number: attempt.number,
      ...who(attempt.contact_id),
      phone: maskPhone(attempt.phone),
      medium: attempt.medium as CalloutReport['calls'][number]['medium'],
      level: attempt.level as CalloutReport['calls'][number]['level'],
      asks: attempt.code !== '',
      at: attempt.created_at.getTime(),
      outcome: attempt.outcome,
      endedAt: attempt.ended_at?.getTime() ?? null,
    })),
    answers: state.answers.map(({ contactId, at, medium, level, asked }) => ({
      ...who(contactId),
      at,
      medium,
      level,
      asked,
    })),
    files: await filesOfCallout(db, calloutId),
    events: events.slice(0, ROWS_AT_MOST).map(({ at, type, facts }) => ({ at: at.getTime(), type, facts })),
    isCut: attempts.length > ROWS_AT_MOST || events.length > ROWS_AT_MOST,
  };
}

interface Asked {
  readonly siteId: string;
  /** `2026-07`, by the site's calendar; the present one if left out. */
  readonly month?: string | undefined;
}

/** The callouts that were opened in a month of the site's calendar, each in a few numbers. Throws `site/not-found`. */
export async function monthReport(db: Kysely<Database>, { siteId, month }: Asked, now: Instant): Promise<MonthReport> {
  const { name: siteName, timeZone } = await configInForce(db, siteId);
  const shown = month ?? localDate(now, timeZone).slice(0, 7);
  const rows = await db
    .selectFrom('callout')
    .select(COLUMNS)
    .where('site_id', '=', siteId)
    .where('drill', '=', false)
    .where('opened_at', '>=', new Date(instantOf(`${shown}-01`, '00:00', timeZone)))
    .where('opened_at', '<', new Date(instantOf(`${addDays(`${shown}-28`, 7).slice(0, 7)}-01`, '00:00', timeZone)))
    .orderBy('opened_at')
    .limit(CALLOUTS_AT_MOST + 1)
    .execute();
  const callouts = [...(await figuresOf(db, rows.slice(0, CALLOUTS_AT_MOST)))];
  return { siteId, siteName, timeZone, month: shown, callouts, isCut: rows.length > CALLOUTS_AT_MOST };
}

const attemptsOf = (db: Kysely<Database>, calloutId: string) =>
  db
    .selectFrom('attempt')
    .select(['number', 'contact_id', 'phone', 'medium', 'level', 'code', 'created_at', 'ended_at', 'outcome'])
    .where('callout_id', '=', calloutId)
    .orderBy('number')
    .limit(ROWS_AT_MOST + 1)
    .execute();

const eventsOf = (db: Kysely<Database>, calloutId: string) =>
  db
    .selectFrom('callout_event')
    .select(['type', 'at', 'facts'])
    .where('callout_id', '=', calloutId)
    .orderBy('position')
    .limit(ROWS_AT_MOST + 1)
    .execute();

/** What figures are made from. */
export const rowsOfCallouts = async (db: Kysely<Database>, ids: readonly string[]): Promise<readonly CalloutRow[]> =>
  ids.length === 0 ? [] : db.selectFrom('callout').select(COLUMNS).where('id', 'in', ids).execute();

/** The figures of these callouts, in their order. */
export async function figuresOf(db: Kysely<Database>, rows: readonly CalloutRow[]): Promise<readonly CalloutFigures[]> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const tried = await db
    .selectFrom('attempt')
    .select(({ fn }) => [
      'callout_id',
      fn.min('created_at').filterWhere('code', '<>', '').as('first'),
      fn.countAll<string>().filterWhere('medium', '=', 'voice').filterWhere('code', '<>', '').as('calls'),
      fn.countAll<string>().filterWhere('medium', '=', 'sms').as('messages'),
      fn.countAll<string>().filterWhere('outcome', 'in', MISSES).filterWhere('code', '<>', '').as('missed'),
      fn.count<string>('contact_id').distinct().as('people'),
    ])
    .where('callout_id', 'in', ids)
    .groupBy('callout_id')
    .execute();
  const told = await db
    .selectFrom('callout_event')
    .select(({ fn }) => [
      'callout_id',
      fn.min('at').filterWhere('type', '=', 'answered').as('human'),
      fn.min('at').filterWhere('type', '=', 'all-answered').as('answered'),
      fn.min('at').filterWhere('type', '=', 'responded').as('responded'),
      fn.countAll<string>().filterWhere('type', '=', 'duty-gap').as('gaps'),
    ])
    .where('callout_id', 'in', ids)
    .groupBy('callout_id')
    .execute();
  return rows.map((row) => {
    const state = row.state as Callout;
    const attempts = tried.find(({ callout_id }) => callout_id === row.id);
    const events = told.find(({ callout_id }) => callout_id === row.id);
    const worst = gravest(state.runs.map(({ level }) => level));
    return {
      calloutId: row.id,
      level: worst === 'normal' ? null : worst,
      phase: state.phase,
      openedAt: row.opened_at.getTime(),
      firstCallAt: timeOf(attempts?.first),
      firstHumanAt: timeOf(events?.human),
      answeredAt: timeOf(events?.answered),
      respondedAt: timeOf(events?.responded),
      endedAt: timeOf(row.ended_at),
      calls: Number(attempts?.calls ?? 0),
      messages: Number(attempts?.messages ?? 0),
      missed: Number(attempts?.missed ?? 0),
      people: Number(attempts?.people ?? 0),
      gaps: Number(events?.gaps ?? 0),
    };
  });
}

const timeOf = (at: Date | null | undefined): number | null => at?.getTime() ?? null;
