import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Said } from '../../../alerting/io/broadcast-book.ts';
import type { KeptPress } from '../../../alerting/io/broadcast-press.ts';
import type { BroadcastSummary, BroadcastView, RecipientView } from '../../contract/evacuation.ts';
import { AppError } from '../../core/errors.ts';
import { headCounts } from '../../core/evacuation.ts';
import type { Member, Standing } from '../../core/evacuation.ts';
import type { Database } from '../../platform/database.ts';
import { phoneFor } from './evacuation-group-view.ts';

/** Broadcasts of one list at most, the newest. */
const LISTED_MAX = 50;

/** The broadcasts of a site: what runs, and what is over; the newest first. */
export async function broadcastsOfSite(db: Kysely<Database>, siteId: string): Promise<BroadcastSummary[]> {
  const rows = await db
    .selectFrom('broadcast')
    .selectAll()
    .where('site_id', '=', siteId)
    .orderBy(sql`ended_at is null`, 'desc')
    .orderBy('started_at', 'desc')
    .limit(LISTED_MAX)
    .execute();
  const ids = rows.map(({ id }) => id);
  const people = ids.length === 0 ? [] : await standings(db, ids);
  return rows.map((row) =>
    summaryOf(
      row,
      people.filter(({ broadcastId }) => broadcastId === row.id),
    ),
  );
}

const standings = async (db: Kysely<Database>, ids: readonly string[]) => {
  const rows = await db
    .selectFrom('broadcast_recipient')
    .select(['broadcast_id', 'standing', sql<number>`(person ->> 'persons')::int`.as('persons')])
    .where('broadcast_id', 'in', ids)
    .execute();
  return rows.map(({ broadcast_id, standing, persons }) => ({
    broadcastId: broadcast_id,
    // Written by alerting, as this.
    standing: standing as Standing,
    persons,
  }));
};

interface Row {
  readonly id: string;
  readonly site_id: string;
  readonly drill: boolean;
  readonly started_at: Date;
  readonly started_by: string;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
  readonly note: string | null;
}

const summaryOf = (
  row: Row,
  people: readonly { readonly standing: Standing; readonly persons: number }[],
): BroadcastSummary => ({
  broadcastId: row.id,
  siteId: row.site_id,
  drill: row.drill,
  startedAt: row.started_at.getTime(),
  startedBy: row.started_by,
  endedAt: row.ended_at?.getTime() ?? null,
  endedBy: row.ended_by,
  note: row.note,
  counts: { ...headCounts(people) },
});

/** One broadcast with everybody in it. Throws `broadcast/not-found`. */
export async function broadcastById(db: Kysely<Database>, id: string, seesPhones: boolean): Promise<BroadcastView> {
  const row = await db.selectFrom('broadcast').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new AppError('broadcast/not-found', 'there is no such broadcast');
  const recipients = await recipientsOf(db, id, seesPhones);
  // Written by alerting, as this.
  const presses = (row.presses as readonly KeptPress[]).map(({ groups, told, ...press }) => ({
    ...press,
    groups: [...groups],
    told: [...told],
  }));
  return { ...summaryOf(row, recipients), presses, recipients };
}

async function recipientsOf(db: Kysely<Database>, id: string, seesPhones: boolean): Promise<RecipientView[]> {
  const rows = await db
    .selectFrom('broadcast_recipient')
    .select(['number', 'group_id', 'person', 'standing', 'word'])
    .where('broadcast_id', '=', id)
    .orderBy('number')
    .execute();
  const newest = await db
    .selectFrom('broadcast_attempt')
    .distinctOn(['recipient', 'medium'])
    .select(['recipient', 'medium', 'try', 'status', 'outcome', 'created_at'])
    .where('broadcast_id', '=', id)
    .orderBy('recipient')
    .orderBy('medium')
    .orderBy('try', 'desc')
    .execute();
  const attempts = new Map(newest.map((attempt) => [`${String(attempt.recipient)} ${attempt.medium}`, attempt]));
  const shown = phoneFor(seesPhones);
  return rows.map((row) => {
    // Both written by alerting, as these.
    const { name, place, persons, note, phones, marshal } = row.person as Member;
    const word = row.word as Said | null;
    const call = attempts.get(`${String(row.number)} voice`);
    const text = attempts.get(`${String(row.number)} sms`);
    return {
      number: row.number,
      groupId: row.group_id,
      name,
      place,
      persons,
      personNote: note,
      phones: phones.map(shown),
      marshal: marshal && { name: marshal.name, phone: marshal.phone === null ? null : shown(marshal.phone) },
      standing: row.standing as Standing,
      word: word && { by: word.by, medium: word.medium, at: word.at, note: word.note ?? null, goes: word.goes ?? null },
      calls: call?.try ?? 0,
      call: call === undefined ? null : { status: call.status, outcome: call.outcome, at: call.created_at.getTime() },
      text: text === undefined ? null : { status: text.status, outcome: text.outcome },
    };
  });
}
