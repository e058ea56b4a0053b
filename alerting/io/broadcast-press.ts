import { randomUUID } from 'node:crypto';
import { AppError } from '../../src/core/errors.ts';
import type { EvacuationGroup } from '../../src/core/evacuation.ts';
import type { Instant } from '../../src/core/time.ts';
import { recordAudit } from '../../src/platform/audit.ts';
import type { Order } from '../broadcast/broadcast-words.ts';
import { identityOf, recipientsOf } from '../broadcast/recipients-of.ts';
import { untold } from '../broadcast/recipient.ts';
import type { BroadcastPlan } from '../broadcast/recipient.ts';
import type { Words } from '../policy.ts';
import { heldBroadcast, heldRecipients, insertRecipients, noteEvents, takeRecipient } from './broadcast-book.ts';
import type { HeldBroadcast, Tx } from './broadcast-book.ts';
import { endBroadcast } from './broadcast-end.ts';
import { freeLines, hangUpDrill, inTheWay } from './drill-book.ts';
import { noteAtSite } from './site-note.ts';
import type { SiteNote } from './site-note.ts';

/** What somebody presses. */
export interface Press {
  readonly groups: readonly string[];
  readonly drill: boolean;
  /** Instead of what each group has prepared: the prepared way may be under water. */
  readonly route?: string | undefined;
  readonly assembly?: string | undefined;
  readonly more?: string | undefined;
}

interface Pressed {
  readonly siteId: string;
  readonly asked: Press;
  readonly who: string;
  readonly plan: BroadcastPlan;
  readonly now: Instant;
  /** The order that it carries out: who is told already keeps what he was told. Absent: somebody presses. */
  readonly ordered?: { readonly contactId: string } & Readonly<Record<string, unknown>>;
}

/** A press as it is kept with its broadcast. */
export interface KeptPress {
  readonly by: string;
  readonly at: Instant;
  readonly groups: readonly { readonly groupId: string; readonly version: number; readonly name: Words }[];
  readonly told: readonly string[];
}

/**
 * Tells the people of these groups to leave. While a broadcast runs at the site a press adds to it: who is listed already and is
 * told the same is not told again, so pressing twice is safe; told another way, everybody who is not safe is called anew, but not
 * by an order: the way that somebody pressed since is newer than what was prepared.
 * A real press ends a drill, and none is begun beside a real callout. Returns the broadcast's id.
 */
export async function press(tx: Tx, pressed: Pressed): Promise<string> {
  const { siteId, asked, who, now, ordered } = pressed;
  const site = await tx.selectFrom('site').select('name').where('id', '=', siteId).executeTakeFirst();
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const groups = await newestGroups(tx, siteId, asked.groups);
  const listed = recipientsOf(groups);
  if (listed.length === 0) throw new AppError('broadcast/nobody', 'nobody is listed in these groups');
  const ended = await endDrillIfReal(tx, pressed);
  if (!asked.drill) {
    await hangUpDrill(tx, siteId, now);
    await freeLines(
      tx,
      listed.flatMap(({ person }) => person.phones),
      now,
    );
  } else if ((await inTheWay(tx, siteId)) === 'real-stands')
    throw new AppError('drill/real-stands', 'a real callout is open: no evacuation is rehearsed beside it');
  const broadcast = await openBroadcast(tx, pressed);
  const orders = new Map(groups.map(({ groupId, group }) => [groupId, orderOf(site.name, group, asked)]));
  const known = new Map((await heldRecipients(tx, broadcast.id)).map((one) => [identityOf(one.person), one]));
  const fresh = listed.filter(({ person }) => !known.has(identityOf(person)));
  const told = (groupId: string): Order => {
    const order = orders.get(groupId);
    if (order === undefined) throw new Error('a recipient of a group that was not chosen');
    return order;
  };
  const people = fresh.map(({ groupId, person }, i) => ({
    number: known.size + i + 1,
    groupId,
    person,
    told: told(groupId),
  }));
  await insertRecipients(tx, broadcast, people, ({ phones }) => untold(phones.length), now);
  let anew = 0;
  for (const { groupId, person } of ordered === undefined ? listed : []) {
    const recipient = known.get(identityOf(person));
    if (recipient === undefined || isSame(recipient.told, told(groupId))) continue;
    anew += 1;
    const again = { ...recipient, told: told(groupId) };
    await tx
      .updateTable('broadcast_recipient')
      .set({ told: JSON.stringify(again.told) })
      .where('broadcast_id', '=', broadcast.id)
      .where('number', '=', recipient.number)
      .execute();
    await takeRecipient(tx, broadcast, again, { type: 'ordered', at: now });
  }
  const kept: KeptPress = {
    by: who,
    at: now,
    groups: groups.map(({ groupId, version, group }) => ({ groupId, version, name: group.name })),
    told: [...new Set([...orders.values()].map(({ route, assembly, more }) => [route, assembly, more].join(' | ')))],
  };
  await keepPress(tx, broadcast.id, kept);
  const facts = {
    broadcastId: broadcast.id,
    drill: asked.drill,
    groups: kept.groups,
    told: kept.told,
    ...(ordered && { ordered }),
  };
  await noteEvents(tx, broadcast.id, [{ recipient: null, type: 'pressed', facts: { ...facts, by: who } }], now);
  const seen = { broadcastId: broadcast.id, who, drill: asked.drill, persons: listed.length };
  const note: SiteNote =
    ordered === undefined
      ? { type: 'evacuation-started', facts: seen }
      : { type: 'evacuation-ordered', facts: { ...seen, ...ordered } };
  await noteAtSite(tx, siteId, [...ended, note], now);
  const counted = { ...facts, listed: listed.length, added: fresh.length, toldAnew: anew };
  await recordAudit(tx, { at: now, who, action: 'broadcast/press', siteId, facts: counted });
  return broadcast.id;
}

interface StoredGroup {
  readonly groupId: string;
  readonly version: number;
  readonly group: EvacuationGroup;
}

/** In the order in which they were named: that is the order in which people are called. */
async function newestGroups(tx: Tx, siteId: string, ids: readonly string[]): Promise<readonly StoredGroup[]> {
  const rows = await tx
    .selectFrom('evacuation_group')
    .distinctOn('group_id')
    .select(['group_id', 'version', 'content'])
    .where('site_id', '=', siteId)
    .where('group_id', 'in', [...ids, ''])
    .orderBy('group_id')
    .orderBy('version', 'desc')
    .execute();
  return [...new Set(ids)].map((groupId) => {
    const row = rows.find(({ group_id }) => group_id === groupId);
    if (row === undefined) throw new AppError('broadcast/group-not-found', `there is no group "${groupId}"`);
    // Parsed when it was written.
    return { groupId, version: row.version, group: row.content as EvacuationGroup };
  });
}

const orderOf = (site: Words, group: EvacuationGroup, { route, assembly, more, drill }: Press): Order => ({
  site,
  route: route ?? group.route,
  assembly: assembly ?? group.assembly,
  more: more ?? '',
  drill,
});

const isSame = (one: Order, other: Order): boolean =>
  one.route === other.route && one.assembly === other.assembly && one.more === other.more;

/** What is told of a drill that was ended by it. */
async function endDrillIfReal(tx: Tx, { siteId, asked, who, now }: Pressed): Promise<readonly SiteNote[]> {
  const open = await tx
    .selectFrom('broadcast')
    .select(['id', 'drill'])
    .where('site_id', '=', siteId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (open === undefined || open.drill === asked.drill) return [];
  if (!open.drill) throw new AppError('broadcast/real-runs', 'a real evacuation runs: no drill is begun beside it');
  const held = await heldBroadcast(tx, open.id, 'alone');
  if (held === undefined || held.endedAt !== null) return [];
  return endBroadcast(tx, held, {
    who,
    note: '真实撤离开始，演练结束 / a real evacuation begins: the drill is over',
    now,
  });
}

/** The one that runs at the site, held; else a new one. Of two presses at once the second finds the first's. */
async function openBroadcast(tx: Tx, { siteId, asked, who, plan, now }: Pressed): Promise<HeldBroadcast> {
  await tx
    .insertInto('broadcast')
    .values({
      id: randomUUID(),
      site_id: siteId,
      drill: asked.drill,
      plan: JSON.stringify(plan),
      presses: '[]',
      started_at: new Date(now),
      started_by: who,
      ended_at: null,
      ended_by: null,
      note: null,
    })
    .onConflict((conflict) => conflict.column('site_id').where('ended_at', 'is', null).doNothing())
    .execute();
  const open = tx.selectFrom('broadcast').select('id').where('site_id', '=', siteId).where('ended_at', 'is', null);
  const { id } = await open.executeTakeFirstOrThrow();
  const held = await heldBroadcast(tx, id, 'alone');
  if (held === undefined || held.endedAt !== null)
    throw new AppError('broadcast/ended', 'it has just been ended: press again', { retryable: true });
  if (held.drill !== asked.drill)
    throw new AppError('broadcast/real-runs', 'a real evacuation runs: no drill is begun beside it');
  return held;
}

async function keepPress(tx: Tx, id: string, kept: KeptPress): Promise<void> {
  const { presses } = await tx.selectFrom('broadcast').select('presses').where('id', '=', id).executeTakeFirstOrThrow();
  await tx
    .updateTable('broadcast')
    .set({ presses: JSON.stringify([...(presses as readonly KeptPress[]), kept]) })
    .where('id', '=', id)
    .execute();
}
