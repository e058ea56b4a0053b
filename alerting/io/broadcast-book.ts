import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Insertable, Transaction } from 'kysely';
import type { Member } from '../../src/core/evacuation.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import { orderText } from '../broadcast/broadcast-words.ts';
import type { Order } from '../broadcast/broadcast-words.ts';
import { dueOf } from '../broadcast/recipient.ts';
import type { BroadcastPlan, Recipient, RecipientEffect, RecipientEvent } from '../broadcast/recipient.ts';
import { stepRecipient } from '../broadcast/recipient-step.ts';
import { orderSlots } from '../slots.ts';

export type Tx = Transaction<Database>;

/** A broadcast that cannot end, or be pressed again, before this transaction does. */
export interface HeldBroadcast {
  readonly id: string;
  readonly siteId: string;
  readonly drill: boolean;
  readonly plan: BroadcastPlan;
  readonly endedAt: Date | null;
}

/** One recipient as it is kept. */
export interface KeptRecipient {
  readonly number: number;
  readonly groupId: string;
  readonly person: Member;
  readonly told: Order;
  readonly state: Recipient;
}

/** Who said where somebody stands, and by what. */
export interface Said {
  readonly by: string | null;
  readonly medium: 'voice' | 'sms' | 'person';
  readonly at: Instant;
  readonly note?: string;
  /** Who goes to the door. */
  readonly goes?: string;
}

/** Something that everybody who may see the site may read: no telephone number is in it. */
interface Note {
  readonly recipient: number | null;
  readonly type: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

// Locks are taken in the order broadcast, recipient, attempt, log, audit.

/** Held `for share` by what happens to one recipient, so that many go on at once; `for no key update` by who presses or ends. */
export async function heldBroadcast(tx: Tx, id: string, how: 'share' | 'alone'): Promise<HeldBroadcast | undefined> {
  const found = tx.selectFrom('broadcast').select(['id', 'site_id', 'drill', 'plan', 'ended_at']).where('id', '=', id);
  const row = await (how === 'share' ? found.forShare() : found.forNoKeyUpdate()).executeTakeFirst();
  // Written by the desk, as these.
  return (
    row && {
      id: row.id,
      siteId: row.site_id,
      drill: row.drill,
      plan: row.plan as BroadcastPlan,
      endedAt: row.ended_at,
    }
  );
}

const recipients = (tx: Tx, broadcastId: string) =>
  tx
    .selectFrom('broadcast_recipient')
    .select(['number', 'group_id', 'person', 'told', 'state'])
    .where('broadcast_id', '=', broadcastId);

type Row = Awaited<ReturnType<ReturnType<typeof recipients>['executeTakeFirstOrThrow']>>;

const kept = (row: Row): KeptRecipient => ({
  number: row.number,
  groupId: row.group_id,
  person: row.person as Member,
  told: row.told as Order,
  state: row.state as Recipient,
});

/** One recipient, held until the transaction ends. */
export async function heldRecipient(tx: Tx, broadcastId: string, number: number): Promise<KeptRecipient | undefined> {
  const row = await recipients(tx, broadcastId).where('number', '=', number).forNoKeyUpdate().executeTakeFirst();
  return row && kept(row);
}

/** A recipient that is due, unless somebody else holds it. */
export async function dueRecipient(
  tx: Tx,
  broadcastId: string,
  number: number,
  now: Instant,
): Promise<KeptRecipient | undefined> {
  const due = recipients(tx, broadcastId).where('number', '=', number).where('due_at', '<=', new Date(now));
  const row = await due.forNoKeyUpdate().skipLocked().executeTakeFirst();
  return row && kept(row);
}

/** All of them, held, in their order. */
export const heldRecipients = async (tx: Tx, broadcastId: string): Promise<readonly KeptRecipient[]> =>
  (await recipients(tx, broadcastId).orderBy('number').forNoKeyUpdate().execute()).map(kept);

/** Takes one happening in: decides, and writes state, attempts and events. The caller holds broadcast and recipient. Returns the state afterwards. */
export async function takeRecipient(
  tx: Tx,
  broadcast: HeldBroadcast,
  recipient: KeptRecipient,
  event: RecipientEvent,
  said: Said | null = null,
): Promise<Recipient> {
  const { next, effects } = stepRecipient(broadcast.plan, recipient.state, event);
  await tx
    .updateTable('broadcast_recipient')
    .set({ ...stateFields(next), ...(said !== null && { word: JSON.stringify(said) }) })
    .where('broadcast_id', '=', broadcast.id)
    .where('number', '=', recipient.number)
    .execute();
  await insertAttempts(tx, attemptsOf(broadcast, recipient, effects, event.at));
  for (const effect of effects) await silence(tx, broadcast.id, recipient.number, effect, event.at);
  if (effects.length > 0) await wakeCallers(tx);
  await noteEvents(tx, broadcast.id, notesOf(recipient, next, effects, said), event.at);
  return next;
}

/** Tells people for the first time: all of them, their attempts and events, in few statements. */
export async function insertRecipients(
  tx: Tx,
  broadcast: HeldBroadcast,
  people: readonly Omit<KeptRecipient, 'state'>[],
  before: (person: Member) => Recipient,
  at: Instant,
): Promise<void> {
  for (let from = 0; from < people.length; from += CHUNK) {
    const told = people.slice(from, from + CHUNK).map((one) => {
      const recipient: KeptRecipient = { ...one, state: before(one.person) };
      return { recipient, ...stepRecipient(broadcast.plan, recipient.state, { type: 'ordered', at }) };
    });
    await tx
      .insertInto('broadcast_recipient')
      .values(
        told.map(({ recipient, next }) => ({
          broadcast_id: broadcast.id,
          number: recipient.number,
          group_id: recipient.groupId,
          person: JSON.stringify(recipient.person),
          told: JSON.stringify(recipient.told),
          ...stateFields(next),
        })),
      )
      .execute();
    await insertAttempts(
      tx,
      told.flatMap(({ recipient, effects }) => attemptsOf(broadcast, recipient, effects, at)),
    );
    await noteEvents(
      tx,
      broadcast.id,
      told.flatMap(({ recipient, next, effects }) => notesOf(recipient, next, effects, null)),
      at,
    );
  }
  await wakeCallers(tx);
}

/** Rows of one statement: far below what a statement may carry. */
const CHUNK = 500;

export const wakeCallers = (tx: Tx) => sql`select pg_notify('broadcast', '')`.execute(tx);

const stateFields = (state: Recipient) => {
  const due = dueOf(state);
  return {
    state: JSON.stringify(state),
    standing: state.standing,
    due_at: due === null ? null : new Date(due),
  };
};

function attemptsOf(
  broadcast: HeldBroadcast,
  { number, person, told }: Pick<KeptRecipient, 'number' | 'person' | 'told'>,
  effects: readonly RecipientEffect[],
  at: Instant,
): readonly Insertable<Database['broadcast_attempt']>[] {
  return effects.flatMap((effect) => {
    if (effect.type !== 'call' && effect.type !== 'text') return [];
    const phone = person.phones[effect.phone];
    if (phone === undefined) throw new Error('a recipient has fewer numbers than its state says');
    const medium = effect.type === 'call' ? ('voice' as const) : ('sms' as const);
    const row = {
      id: randomUUID(),
      broadcast_id: broadcast.id,
      recipient: number,
      medium,
      try: effect.try,
      site_id: broadcast.siteId,
      phone,
      say: JSON.stringify(orderText(told, medium)),
      slots: JSON.stringify(orderSlots(told)),
      status: 'queued',
      due_at: new Date(at),
      lease_until: null,
      begun_at: null,
      carrier_ref: null,
      created_at: new Date(at),
      ended_at: null,
      outcome: null,
    };
    return [row];
  });
}

async function insertAttempts(tx: Tx, rows: readonly Insertable<Database['broadcast_attempt']>[]): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK)
    await tx
      .insertInto('broadcast_attempt')
      .values(rows.slice(from, from + CHUNK))
      .execute();
}

/** What was never asked for just ends; a call that may be under way is hung up by the caller. */
async function silence(
  tx: Tx,
  broadcastId: string,
  recipient: number,
  effect: RecipientEffect,
  at: Instant,
): Promise<void> {
  if (effect.type === 'call' || effect.type === 'text') return;
  const open = tx
    .updateTable('broadcast_attempt')
    .where('broadcast_id', '=', broadcastId)
    .where('recipient', '=', recipient)
    .where('medium', '=', 'voice')
    .where('try', '=', effect.try);
  if (effect.type === 'cancel') {
    await open
      .set({ status: 'ended', outcome: 'cancelled', ended_at: new Date(at), lease_until: null })
      .where('status', '=', 'queued')
      .execute();
    await open
      .set({ status: 'cancelling', due_at: new Date(at) })
      .where('status', 'not in', ['ended', 'cancelling'])
      .execute();
  } else {
    await open
      .set({ status: 'ended', outcome: effect.outcome, ended_at: new Date(at), lease_until: null })
      .where((eb) => eb.or([eb('status', '<>', 'ended'), eb('outcome', '=', 'cancelled')]))
      .execute();
  }
}

function notesOf(
  { number, state }: Pick<KeptRecipient, 'number' | 'state'>,
  next: Recipient,
  effects: readonly RecipientEffect[],
  said: Said | null,
): readonly Note[] {
  const done = effects.map(({ type, ...facts }) => ({ recipient: number, type, facts }));
  const isMoved = state.standing !== next.standing;
  if (!isMoved && said === null) return done;
  const facts = { from: state.standing, to: next.standing, ...said };
  return [...done, { recipient: number, type: 'standing', facts }];
}

/** Appends to what happened in a broadcast. */
export async function noteEvents(tx: Tx, broadcastId: string, notes: readonly Note[], at: Instant): Promise<void> {
  for (let from = 0; from < notes.length; from += CHUNK * 4)
    await tx
      .insertInto('broadcast_event')
      .values(
        notes.slice(from, from + CHUNK * 4).map(({ recipient, type, facts }) => ({
          broadcast_id: broadcastId,
          recipient,
          type,
          at: new Date(at),
          facts: JSON.stringify(facts),
        })),
      )
      .execute();
}
