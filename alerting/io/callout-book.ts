import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { Selectable, Transaction } from 'kysely';
import type { Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import { lockLog } from '../../src/platform/position-log.ts';
import { isDatabaseAway } from '../../src/platform/database-failure.ts';
import { dueAt } from '../callout.ts';
import type { Callout } from '../callout.ts';
import type { CalloutEvent, Effect, Happening, Note, NoticeKind } from '../callout-event.ts';
import { EMPTY, step } from '../callout-step.ts';
import { contactOf } from '../ladder.ts';
import { addressOf } from '../phones.ts';
import { LINES } from '../policy.ts';
import type { CalloutPolicy } from '../policy.ts';
import { withPresentPeople } from '../present-people.ts';
import { slotsOf } from '../slots.ts';
import type { PolicyOf } from './desk-ports.ts';
import { freeLines, hangUpDrill, hasDrilled } from './drill-book.ts';
import { auditSuspensions, suspendPhone } from './suspended-phone.ts';

export type Tx = Transaction<Database>;

/** A callout whose row this transaction holds; `state` is `null` for one that is not opened yet. */
export interface HeldCallout {
  readonly id: string;
  readonly siteId: string;
  readonly policy: CalloutPolicy;
  readonly state: Callout | null;
  /** What stood at the site before it was opened; without it, nothing. */
  readonly covered?: Callout['covered'];
  readonly reports?: Callout['reports'];
}

type Row = Pick<Selectable<Database['callout']>, 'id' | 'site_id' | 'policy' | 'state'>;

const COLUMNS = ['id', 'site_id', 'policy', 'state'] as const;

// Both are written by this file alone, as these types.
const held = (row: Row): HeldCallout & { readonly state: Callout } => ({
  id: row.id,
  siteId: row.site_id,
  policy: row.policy as CalloutPolicy,
  state: row.state as Callout,
});

// Held `for no key update`: a foreign key of an attempt that points here must not wait, or two might wait for each other.

/** The site's one open callout, held until the transaction ends; `undefined`: there is none. A drill is none. */
export async function openCallout(tx: Tx, siteId: string): Promise<HeldCallout | undefined> {
  const open = tx.selectFrom('callout').select(COLUMNS).where('site_id', '=', siteId).where('ended_at', 'is', null);
  const row = await open.where('drill', '=', false).forNoKeyUpdate().executeTakeFirst();
  return row && held(row);
}

/** A callout by its id, open or ended, held until the transaction ends. */
export async function calloutById(
  tx: Tx,
  id: string,
): Promise<(HeldCallout & { readonly state: Callout }) | undefined> {
  const row = await tx.selectFrom('callout').select(COLUMNS).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  return row && held(row);
}

/** A callout that is due, unless somebody else holds it. */
export async function dueCallout(tx: Tx, id: string, now: Instant): Promise<HeldCallout | undefined> {
  const due = tx.selectFrom('callout').select(COLUMNS).where('id', '=', id).where('due_at', '<=', new Date(now));
  const row = await due.forNoKeyUpdate().skipLocked().executeTakeFirst();
  return row && held(row);
}

export const newCallout = (siteId: string, policy: CalloutPolicy): HeldCallout => ({
  id: randomUUID(),
  siteId,
  policy,
  state: null,
});

interface Happened {
  readonly at: Instant;
  /** A number from 0 to below 1 that codes are drawn from. */
  readonly draw: () => number;
  readonly policyOf: PolicyOf;
  /** What else everybody may read, before what the reducer tells. */
  readonly notes?: readonly Note[];
}

/** What comes only to callouts whose row is open; phones and people may be late. */
const FOR_OPEN_ONES: readonly Happening['type'][] = [
  'level-changed',
  'reported',
  'report-lowered',
  'blinded',
  'sighted',
  'system-fault',
  'time-passed',
];

/**
 * Takes one happening in: decides, and writes state, attempts and events. Returns the state afterwards.
 * The caller holds the callout's row, and nothing it takes later comes before attempt rows in the order of locks.
 */
export async function take(
  tx: Tx,
  callout: HeldCallout,
  happening: Happening,
  { at, draw, policyOf, notes = [] }: Happened,
): Promise<Callout | null> {
  if (callout.state?.phase === 'released' && FOR_OPEN_ONES.includes(happening.type))
    throw new Error('an open callout whose state says that it is closed would call nobody');
  const event: CalloutEvent = { ...happening, at, seed: Math.floor(draw() * 2 ** 32) };
  const isOpening = callout.state === null && callout.policy.drill !== true;
  const before = callout.state ?? begunWith(callout, isOpening && (await hasDrilled(tx, callout.siteId, at)));
  const first = step(callout.policy, before, event);
  const isCalling = first.effects.some(({ type }) => type === 'contact' || type === 'inform');
  const reached = isCalling ? await reachable(tx, callout, policyOf) : callout;
  // The same decision again, in the words of the present configuration.
  const { next, effects, notes: told } = reached === callout ? first : step(reached.policy, before, event);
  if (next !== null && next !== callout.state) {
    await (callout.state === null ? insertCallout(tx, callout, next, at) : updateCallout(tx, callout, next, at));
    if (isOpening) await hangUpDrill(tx, callout.siteId, at);
  }
  for (const effect of effects) await perform(tx, { ...reached, state: next }, effect, at);
  if (effects.some(({ type }) => type !== 'close')) await sql`select pg_notify('attempt', '')`.execute(tx);
  await record(tx, callout, [...notes, ...told], at);
  await auditSuspensions(tx, callout, told, at);
  return next;
}

/** `null`: nothing stood before. */
function begunWith({ covered, reports }: HeldCallout, overtakes: boolean): Callout | null {
  if (covered === undefined && reports === undefined && !overtakes) return null;
  const begun = { ...EMPTY, ...(covered && { covered }), ...(reports && { reports }) };
  return overtakes ? { ...begun, overtook: true } : begun;
}

/** The callout with telephone numbers and names as its site has them now. */
async function reachable(tx: Tx, callout: HeldCallout, policyOf: PolicyOf): Promise<HeldCallout> {
  if (callout.state === null) return callout;
  const present = await presentPolicy(tx, callout.siteId, policyOf);
  if (present === null) return callout;
  const policy = withPresentPeople(callout.policy, present);
  if (isDeepStrictEqual(policy, callout.policy)) return callout;
  await tx
    .updateTable('callout')
    .set({ policy: JSON.stringify(policy) })
    .where('id', '=', callout.id)
    .execute();
  return { ...callout, policy };
}

/** `null` where the configuration cannot be had: a callout goes on with what it knows. */
export async function presentPolicy(tx: Tx, siteId: string, policyOf: PolicyOf): Promise<CalloutPolicy | null> {
  try {
    return await policyOf(siteId, tx);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    return null;
  }
}

/** Writes a callout that is opened. */
export const insertCallout = (tx: Tx, { id, siteId, policy }: HeldCallout, next: Callout, at: Instant) =>
  tx
    .insertInto('callout')
    .values({
      id,
      site_id: siteId,
      config_version: policy.configVersion,
      policy: JSON.stringify(policy),
      state: JSON.stringify(next),
      opened_at: new Date(at),
      due_at: dateOrNull(dueAt(next)),
      ended_at: null,
      drill: policy.drill === true,
    })
    .execute();

/** Writes the next state of a callout whose row is held. */
export const updateCallout = (tx: Tx, { id }: HeldCallout, next: Callout, at: Instant) =>
  tx
    .updateTable('callout')
    .set({
      state: JSON.stringify(next),
      due_at: dateOrNull(dueAt(next)),
      ...(next.phase === 'released' && { ended_at: new Date(at) }),
    })
    .where('id', '=', id)
    .execute();

const dateOrNull = (at: Instant | null): Date | null => (at === null ? null : new Date(at));

async function perform(tx: Tx, callout: HeldCallout, effect: Effect, at: Instant): Promise<void> {
  switch (effect.type) {
    case 'contact':
      return queue(tx, callout, effect, at);
    case 'inform':
      return queue(tx, callout, { ...effect, type: 'contact', medium: 'sms', code: '' }, at, effect.kind);
    case 'cancel':
      return cancel(tx, callout.id, effect.attempt, at);
    case 'suspend':
      return suspendPhone(tx, callout, effect.attempt, at);
    case 'close':
      await tx
        .updateTable('attempt')
        .set({ status: 'ended', outcome: effect.outcome, ended_at: new Date(at), lease_until: null })
        .where('callout_id', '=', callout.id)
        .where('number', '=', effect.attempt)
        .execute();
  }
}

async function queue(
  tx: Tx,
  { id, siteId, policy, state }: HeldCallout,
  effect: Extract<Effect, { type: 'contact' }>,
  at: Instant,
  kind?: NoticeKind,
): Promise<void> {
  const contact = contactOf(policy, effect.contactId);
  if (contact === undefined)
    throw new Error(`contact ${effect.contactId} is not in the policy: the reducer steps over such`);
  const phone = addressOf(contact, effect);
  if (effect.medium === 'voice' && policy.drill !== true) await freeLines(tx, [phone], at);
  await tx
    .insertInto('attempt')
    .values({
      id: randomUUID(),
      callout_id: id,
      number: effect.attempt,
      site_id: siteId,
      contact_id: contact.id,
      medium: effect.medium,
      phone,
      level: effect.level,
      code: effect.code,
      say: JSON.stringify(effect.say),
      slots:
        state === null
          ? null
          : JSON.stringify(slotsOf(policy, state, { ...effect, ...(kind !== undefined && { kind }) })),
      status: 'queued',
      due_at: new Date(effect.notBefore ?? at),
      lease_until: null,
      carrier_ref: null,
      created_at: new Date(at),
      ended_at: null,
      outcome: null,
      drill: policy.drill === true,
    })
    .execute();
}

/** What was never asked for, and any message, just ends; a call that may be under way is hung up by the outbox. */
export async function cancel(tx: Tx, calloutId: string, number: number, at: Instant): Promise<void> {
  const open = tx.updateTable('attempt').where('callout_id', '=', calloutId).where('number', '=', number);
  await open
    .set({ status: 'ended', outcome: 'cancelled', ended_at: new Date(at), lease_until: null })
    .where('status', '<>', 'ended')
    .where((eb) => eb.or([eb('status', '=', 'queued'), eb('medium', 'not in', LINES)]))
    .execute();
  // Who has answered by a key may still be on the line.
  await open
    .set({ status: 'cancelling', due_at: new Date(at) })
    .where((eb) =>
      eb.or([
        eb('status', 'not in', ['ended', 'cancelling']),
        eb.and([eb('status', '=', 'ended'), eb('outcome', '=', 'confirmed'), eb('carrier_ref', 'is not', null)]),
      ]),
    )
    .execute();
}

/**
 * Ends a callout whose state or policy nobody can read: its calls are hung up, and what it held stays in its row.
 * The caller records why, after all else.
 */
export async function endUnreadable(tx: Tx, { id, policy, state }: HeldCallout, at: Instant): Promise<void> {
  const attempts = tx
    .selectFrom('attempt')
    .select('number')
    .where('callout_id', '=', id)
    .where('status', '<>', 'ended');
  for (const { number } of await attempts.orderBy('number').execute()) await cancel(tx, id, number, at);
  await sql`select pg_notify('attempt', '')`.execute(tx);
  const ended: Callout & { readonly unreadable: unknown } = {
    ...EMPTY,
    phase: 'released',
    unreadable: { policy, state },
  };
  await tx
    .updateTable('callout')
    .set({ state: JSON.stringify(ended), ended_at: new Date(at), due_at: null })
    .where('id', '=', id)
    .execute();
}

/** The policy of the site's newest callout. */
export async function lastPolicy(tx: Tx, siteId: string): Promise<CalloutPolicy | undefined> {
  const rows = tx.selectFrom('callout').select('policy').where('site_id', '=', siteId).where('drill', '=', false);
  const row = await rows.orderBy('opened_at', 'desc').limit(1).executeTakeFirst();
  return row && (row.policy as CalloutPolicy);
}

interface Recorded {
  readonly id: string | null;
  readonly siteId: string;
  readonly policy?: Pick<CalloutPolicy, 'drill'>;
}

/** Appends to the log of callouts, in the order of commits; `id` is null for what is of none. Takes the log's lock: everything else is done before. */
export async function record(
  tx: Tx,
  { id, siteId, policy }: Recorded,
  notes: readonly Note[],
  at: Instant,
): Promise<void> {
  if (notes.length === 0) return;
  await lockLog(tx, 'callout_event');
  await tx
    .insertInto('callout_event')
    .values(
      notes.map(({ type, facts }) => ({
        site_id: siteId,
        callout_id: id,
        type,
        at: new Date(at),
        // Whoever reads the record is told that it was a drill, line by line.
        facts: JSON.stringify(policy?.drill === true ? { ...facts, drill: true } : facts),
      })),
    )
    .execute();
}
