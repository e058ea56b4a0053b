import { sql } from 'kysely';
import { AppError, hasCode } from '../../src/core/errors.ts';
import type { EvacuationGroup } from '../../src/core/evacuation.ts';
import type { Instant } from '../../src/core/time.ts';
import { recordAudit } from '../../src/platform/audit.ts';
import type { BroadcastPlan } from '../broadcast/recipient.ts';
import type { Callout } from '../callout.ts';
import { evacuationsOwed, isEvacuation } from '../ordered-evacuation.ts';
import type { CalloutPolicy } from '../policy.ts';
import type { Tx } from './broadcast-book.ts';
import { press } from './broadcast-press.ts';
import { noteAtSite } from './site-note.ts';

/** Who begins what a site's file says begins by itself. */
export const BY_ITSELF = 'alert';
/** Open callouts looked at in one round: a site has one. */
const AT_ONCE = 500;

/** One order of one callout. */
export interface OrderName {
  readonly calloutId: string;
  readonly number: number;
}

interface Begun extends OrderName {
  readonly who: string;
  readonly plan: BroadcastPlan;
  readonly now: Instant;
}

/**
 * Tells all prepared groups of the site to leave, because it was ordered, and returns the broadcast's id. An order has one
 * broadcast: asked again, by whomever, it is the same one. Who is told already by what runs keeps what he was told: the prepared
 * way may be under water. Throws `order/not-found`, `callout/already-released`, and what a press throws.
 */
export async function beginOrdered(tx: Tx, { calloutId, number, who, plan, now }: Begun): Promise<string> {
  const { siteId, drill, order, isOpen } = await orderOf(tx, { calloutId, number });
  const known = await claimed(tx, { calloutId, number, who, now });
  if (known !== null) return known;
  if (!isOpen) throw new AppError('callout/already-released', 'the callout is closed');
  const { route, contactId, scope } = order;
  const asked = {
    groups: await listedGroups(tx, siteId),
    drill,
    ...(route !== null && { route }),
  };
  const ordered = { calloutId, order: number, contactId, scope };
  const id = await press(tx, { siteId, asked, who, plan, now, ordered });
  await tx
    .updateTable('order_broadcast')
    .set({ broadcast_id: id, begun_at: new Date(now), begun_by: who })
    .where('callout_id', '=', calloutId)
    .where('order_number', '=', number)
    .execute();
  return id;
}

async function orderOf(tx: Tx, { calloutId, number }: OrderName) {
  const row = await tx
    .selectFrom('callout')
    .select(['site_id', 'drill', 'state', 'ended_at'])
    .where('id', '=', calloutId)
    .executeTakeFirst();
  // Written by the desk, as this.
  const order = (row?.state as Callout | undefined)?.orders?.find((one) => one.number === number);
  if (row === undefined || order === undefined || !isEvacuation(order))
    throw new AppError('order/not-found', 'nobody ordered an evacuation by that number');
  return { siteId: row.site_id, drill: row.drill, order, isOpen: row.ended_at === null };
}

/** The order's row, held until the transaction ends; of two who ask at once the second finds what the first began. */
async function claimed(tx: Tx, { calloutId, number, who, now }: Omit<Begun, 'plan'>): Promise<string | null> {
  await tx
    .insertInto('order_broadcast')
    .values({ callout_id: calloutId, order_number: number, broadcast_id: null, begun_at: new Date(now), begun_by: who })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = tx.selectFrom('order_broadcast').select('broadcast_id').where('callout_id', '=', calloutId);
  return (await row.where('order_number', '=', number).forNoKeyUpdate().executeTakeFirstOrThrow()).broadcast_id;
}

/** The groups that list anybody, by their ids. */
async function listedGroups(tx: Tx, siteId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('evacuation_group')
    .distinctOn('group_id')
    .select(['group_id', 'content'])
    .where('site_id', '=', siteId)
    .orderBy('group_id')
    .orderBy('version', 'desc')
    .execute();
  return rows.filter(({ content }) => (content as EvacuationGroup).members.length > 0).map(({ group_id }) => group_id);
}

/** An order whose broadcast is owed. */
interface OrderOwed extends OrderName {
  readonly siteId: string;
  readonly at: Instant;
}

/** The orders whose broadcast begins by itself, and has not. */
export async function orderedOwed(db: Pick<Tx, 'selectFrom'>): Promise<readonly OrderOwed[]> {
  const open = await db
    .selectFrom('callout')
    .select(['id', 'site_id', 'policy', 'state'])
    .where('ended_at', 'is', null)
    .where('drill', '=', false)
    .where(sql<boolean>`state -> 'orders' @> '[{"kind":"evacuate"}]'`)
    .limit(AT_ONCE)
    .execute();
  const owed = open.flatMap(({ id, site_id: siteId, policy, state }) =>
    // Both are written by the desk, as these.
    evacuationsOwed(policy as CalloutPolicy, state as Callout).map(({ number, at }) => ({
      calloutId: id,
      number,
      siteId,
      at,
    })),
  );
  if (owed.length === 0) return [];
  const begun = await db
    .selectFrom('order_broadcast')
    .select(['callout_id', 'order_number'])
    .where(
      'callout_id',
      'in',
      open.map(({ id }) => id),
    )
    .execute();
  const isBegun = ({ calloutId, number }: OrderName): boolean =>
    begun.some(({ callout_id, order_number }) => callout_id === calloutId && order_number === number);
  return owed.filter((one) => !isBegun(one));
}

/** Nobody is listed: it is on record once, and a person may begin it when there are lists. */
export async function noteNobody(tx: Tx, { calloutId, number, now }: OrderName & { readonly now: Instant }) {
  const { siteId, order } = await orderOf(tx, { calloutId, number });
  if ((await claimed(tx, { calloutId, number, who: BY_ITSELF, now })) !== null) return;
  const facts = { calloutId, order: number, contactId: order.contactId };
  await noteAtSite(tx, siteId, [{ type: 'evacuation-nobody', facts }], now);
  await recordAudit(tx, { at: now, who: BY_ITSELF, action: 'broadcast/nobody', siteId, facts });
}

/** Whether it is because there is nobody to tell. */
export const isNobody = (error: unknown): boolean => hasCode(error, 'broadcast/nobody');
