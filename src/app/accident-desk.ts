import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { DEFAULT_REPORTS, dueFrom, firstReminder, isOwed, nextReminder } from '../../alerting/accident/reports.ts';
import type { AccidentGrade, Report } from '../../alerting/accident/reports.ts';
import type { NoteType } from '../../alerting/callout-event.ts';
import { record } from '../../alerting/io/callout-book.ts';
import { eachAlone } from '../../alerting/io/each-alone.ts';
import type { DeclareAccident } from '../contract/accidents.ts';
import type { SiteConfig } from '../contract/site-config.ts';
import { AppError } from '../core/errors.ts';
import { MINUTE, instant, plus } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { AccidentDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { accidentById, accidentsOfSite } from './accident-list.ts';
import { loadSites } from './site-config-store.ts';

type Tx = Transaction<Database>;

interface DeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/** Where accidents are declared, told and closed. Each change is one transaction with its line in the record and its audit. */
export function accidentDesk({ db, clock }: DeskPorts): AccidentDesk {
  const alone = <T>(work: (tx: Tx, now: Instant) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (tx) => work(tx, await clock.read(tx)));
  return {
    list: (siteId) => accidentsOfSite(db, siteId),
    byId: (accidentId) => accidentById(db, accidentId),
    declare: (siteId, known, who) => alone((tx, now) => declare(tx, { siteId, known, who, now })),
    amend: (accidentId, known, who) => alone((tx, now) => amend(tx, { accidentId, known, who, now })),
    told: (accidentId, report, note, who) =>
      alone(async (tx, now) => {
        const { siteId } = await openAccident(tx, accidentId);
        await made(tx, { accidentId, report, note, who, now });
        await tell(tx, siteId, 'accident-told', { who, accidentId, report, note }, now);
        const facts = { accidentId, report, note };
        await recordAudit(tx, { at: now, who, action: 'accident/told', siteId, facts });
      }),
    close: (accidentId, note, who) =>
      alone(async (tx, now) => {
        const { siteId } = await openAccident(tx, accidentId);
        const closed = { closed_at: new Date(now), closed_by: who, close_note: note };
        await tx.updateTable('accident').set(closed).where('id', '=', accidentId).execute();
        await tx
          .updateTable('accident_report')
          .set({ remind_at: null })
          .where('accident_id', '=', accidentId)
          .execute();
        await tell(tx, siteId, 'accident-closed', { who, accidentId, note }, now);
        await recordAudit(tx, { at: now, who, action: 'accident/close', siteId, facts: { accidentId, note } });
      }),
  };
}

/** What reminds people of what is due: a line on every page of the site. Returns how many were due. */
export async function remindOfAccidents({ db, clock }: DeskPorts): Promise<number> {
  const now = await clock.read(db);
  const due = db.selectFrom('accident_report').select(['accident_id', 'report']);
  const rows = await due.where('remind_at', '<=', new Date(now)).orderBy('remind_at').limit(200).execute();
  await eachAlone(rows, ({ accident_id, report }) =>
    db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('accident_report')
        .innerJoin('accident', 'accident.id', 'accident_id')
        .select(['site_id', 'content', 'due_at'])
        .where('accident_id', '=', accident_id)
        .where('report', '=', report)
        .where('remind_at', '<=', new Date(now))
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      if (row === undefined || row.due_at === null) return;
      const dueAt = instant(row.due_at.getTime());
      await tx
        .updateTable('accident_report')
        .set({ remind_at: new Date(nextReminder(dueAt, now)) })
        .where('accident_id', '=', accident_id)
        .where('report', '=', report)
        .execute();
      // Written by this file, as this.
      const { to } = row.content as Report;
      const facts = { accidentId: accident_id, report, note: `${to.zh} ${to.en}`, dueAt };
      await tell(tx, row.site_id, now < dueAt ? 'accident-due' : 'accident-overdue', facts, now);
    }),
  );
  return rows.length;
}

interface Known {
  readonly known: DeclareAccident;
  readonly who: string;
  readonly now: Instant;
}

const columnsOf = ({ what, where, happenedAt, grade, casualties, measures }: DeclareAccident) => ({
  what,
  place: where,
  happened_at: new Date(happenedAt),
  grade,
  casualties: casualties && JSON.stringify(casualties),
  measures,
});

async function declare(tx: Tx, { siteId, known, who, now }: Known & { readonly siteId: string }): Promise<string> {
  const [site] = await loadSites(tx, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const id = randomUUID();
  const declared = { declared_by: who, declared_at: new Date(now), closed_by: null, closed_at: null, close_note: null };
  await tx
    .insertInto('accident')
    .values({ id, site_id: siteId, ...columnsOf(known), ...declared })
    .execute();
  await owe(tx, { accidentId: id, reports: reportsOf(site.config), grade: known.grade, now });
  await tell(tx, siteId, 'accident-declared', { who, accidentId: id, note: known.what }, now);
  await recordAudit(tx, { at: now, who, action: 'accident/declare', siteId, facts: { accidentId: id, ...known } });
  return id;
}

async function amend(tx: Tx, { accidentId, known, who, now }: Known & { readonly accidentId: string }): Promise<void> {
  const { siteId, before } = await openAccident(tx, accidentId);
  await tx.updateTable('accident').set(columnsOf(known)).where('id', '=', accidentId).execute();
  const [site] = await loadSites(tx, [siteId]);
  await owe(tx, { accidentId, reports: reportsOf(site?.config), grade: known.grade, now });
  await tell(tx, siteId, 'accident-amended', { who, accidentId, note: known.what }, now);
  const facts = { accidentId, before, after: known };
  await recordAudit(tx, { at: now, who, action: 'accident/amend', siteId, facts });
}

interface Owed {
  readonly accidentId: string;
  readonly reports: readonly Report[];
  readonly grade: AccidentGrade;
  readonly now: Instant;
}

/** Adds the reports that are owed and not there yet. None is taken back, and no deadline moves. */
async function owe(tx: Tx, { accidentId, reports, grade, now }: Owed): Promise<void> {
  const owed = reports.flatMap((report, place) => (isOwed(report, grade) ? [{ report, place }] : []));
  const values = owed.map(({ report, place }) => {
    const dueAt = dueFrom(report, now);
    return {
      accident_id: accidentId,
      report: report.id,
      place,
      content: JSON.stringify(report),
      due_at: dueAt && new Date(dueAt),
      remind_at: dueAt && new Date(firstReminder(dueAt)),
      told_at: null,
      told_by: null,
      note: null,
    };
  });
  await tx
    .insertInto('accident_report')
    .values(values)
    .onConflict((on) => on.doNothing())
    .execute();
}

interface Made {
  readonly accidentId: string;
  readonly report: string;
  readonly note: string;
  readonly who: string;
  readonly now: Instant;
}

/** One report was made: what comes after it is due from now on. The first word counts. */
async function made(tx: Tx, { accidentId, report, note, who, now }: Made): Promise<void> {
  const rows = await tx
    .selectFrom('accident_report')
    .select(['report', 'content', 'told_at', 'due_at'])
    .where('accident_id', '=', accidentId)
    .orderBy('report')
    .forUpdate()
    .execute();
  const own = rows.find((row) => row.report === report);
  if (own === undefined) throw new AppError('accident/report-not-found', 'no such report is owed for it');
  if (own.told_at !== null) throw new AppError('accident/told', 'it has been reported already');
  const of = (id: string) =>
    tx.updateTable('accident_report').where('accident_id', '=', accidentId).where('report', '=', id);
  await of(report)
    .set({ told_at: new Date(now), told_by: who, note, remind_at: null })
    .execute();
  for (const row of rows) {
    const { after, withinMs } = row.content as Report;
    if (after !== report || row.due_at !== null) continue;
    const dueAt = plus(now, withinMs);
    await of(row.report)
      .set({ due_at: new Date(dueAt), ...(row.told_at === null && { remind_at: new Date(firstReminder(dueAt)) }) })
      .execute();
  }
}

async function openAccident(tx: Tx, accidentId: string): Promise<{ readonly siteId: string; readonly before: object }> {
  const row = await tx.selectFrom('accident').selectAll().where('id', '=', accidentId).forUpdate().executeTakeFirst();
  if (row === undefined) throw new AppError('accident/not-found', 'there is no such accident');
  if (row.closed_at !== null) throw new AppError('accident/closed', 'the accident is closed');
  const { what, place, happened_at, grade, casualties, measures } = row;
  return { siteId: row.site_id, before: { what, place, happenedAt: happened_at, grade, casualties, measures } };
}

const reportsOf = (config: SiteConfig | undefined): readonly Report[] =>
  config?.accidentReports?.map(({ withinMinutes, after = null, ...rest }) => ({
    ...rest,
    after,
    withinMs: withinMinutes * MINUTE,
  })) ?? DEFAULT_REPORTS;

const tell = (tx: Tx, siteId: string, type: NoteType, facts: Readonly<Record<string, unknown>>, now: Instant) =>
  record(tx, { id: null, siteId }, [{ type, facts }], now);
