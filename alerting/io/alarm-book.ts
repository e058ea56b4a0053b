import { randomUUID } from 'node:crypto';
import type { LevelChange } from '../../src/core/level-change.ts';
import type { Instant } from '../../src/core/time.ts';
import { NO_ALARM, alarmDueAt, isOver, stepAlarm } from '../alarm.ts';
import type { Alarm, AlarmEvent } from '../alarm.ts';
import type { Tx } from './callout-book.ts';

/** Takes a level change into the alarm of its target: one open row a target, closed when it is normal again and seen. */
export async function alarmMoved(tx: Tx, change: LevelChange, at: Instant): Promise<void> {
  const { stateVersion, from, to, siteId, target } = change;
  const held = await openAlarm(tx, { siteId, target });
  const alarm = held?.alarm ?? NO_ALARM;
  const next = stepAlarm(alarm, { type: 'level-changed', stateVersion, to, isToldAnew: from === to });
  if (held !== null) return save(tx, held, next, at);
  if (isOver(next)) return;
  const opened = { id: randomUUID(), site_id: siteId, target, opened_at: new Date(at), closed_at: null };
  await tx
    .insertInto('alarm')
    .values({ ...opened, state: JSON.stringify(next), due_at: dateOrNull(alarmDueAt(next)) })
    .execute();
}

/** An open alarm whose row this transaction holds. */
export interface HeldAlarm {
  readonly id: string;
  readonly siteId: string;
  readonly target: string;
  readonly alarm: Alarm;
}

/** The open alarm of a target of a site, held until the transaction ends; null: there is none. */
export async function openAlarm(
  tx: Tx,
  { siteId, target }: Pick<HeldAlarm, 'siteId' | 'target'>,
): Promise<HeldAlarm | null> {
  const rows = tx.selectFrom('alarm').select(['id', 'state']).where('site_id', '=', siteId);
  const open = rows.where('target', '=', target).where('closed_at', 'is', null);
  const row = await open.forUpdate().executeTakeFirst();
  // Written here alone, as this type.
  return row === undefined ? null : { id: row.id, siteId, target, alarm: row.state as Alarm };
}

/** An alarm that is due, unless somebody else holds it. */
export async function dueAlarm(tx: Tx, id: string, now: Instant): Promise<HeldAlarm | null> {
  const rows = tx.selectFrom('alarm').select(['id', 'site_id', 'target', 'state']).where('id', '=', id);
  const row = await rows.where('due_at', '<=', new Date(now)).forUpdate().skipLocked().executeTakeFirst();
  return row === undefined ? null : { id: row.id, siteId: row.site_id, target: row.target, alarm: row.state as Alarm };
}

/** Takes one event into an alarm that is held; what changes nothing writes nothing. */
export async function alarmStepped(tx: Tx, held: HeldAlarm, event: AlarmEvent, at: Instant): Promise<Alarm> {
  const next = stepAlarm(held.alarm, event);
  await save(tx, held, next, at);
  return next;
}

async function save(tx: Tx, { id, alarm }: HeldAlarm, next: Alarm, at: Instant): Promise<void> {
  if (next === alarm) return;
  const closed_at = isOver(next) ? new Date(at) : null;
  const due_at = closed_at === null ? dateOrNull(alarmDueAt(next)) : null;
  await tx
    .updateTable('alarm')
    .set({ state: JSON.stringify(next), closed_at, due_at })
    .where('id', '=', id)
    .execute();
}

const dateOrNull = (at: Instant | null): Date | null => (at === null ? null : new Date(at));
