import { randomUUID } from 'node:crypto';
import type { LevelChange } from '../../src/core/level-change.ts';
import type { Instant } from '../../src/core/time.ts';
import { NO_ALARM, stepAlarm } from '../alarm.ts';
import type { Alarm, AlarmEvent } from '../alarm.ts';
import type { Tx } from './callout-book.ts';

/** Takes a level change into the alarm of its target: one open row a target, closed when it is normal again and seen. */
export function alarmMoved(tx: Tx, change: LevelChange, at: Instant): Promise<Alarm> {
  const { stateVersion, from, to } = change;
  return move(tx, change, { type: 'level-changed', stateVersion, to, isToldAnew: from === to }, at);
}

interface Of {
  readonly siteId: string;
  readonly target: string;
}

/** Notes that somebody has seen an alarm; `null`: none of this target is open there. No callout hears of it. */
export async function alarmAcknowledged(tx: Tx, of: Of, by: string, at: Instant): Promise<Alarm | null> {
  const open = tx.selectFrom('alarm').select('id').where('site_id', '=', of.siteId).where('target', '=', of.target);
  const row = await open.where('closed_at', 'is', null).forUpdate().executeTakeFirst();
  return row === undefined ? null : move(tx, of, { type: 'acknowledged', by, at }, at);
}

async function move(tx: Tx, { target, siteId }: Of, event: AlarmEvent, at: Instant): Promise<Alarm> {
  const row = await tx
    .selectFrom('alarm')
    .select(['id', 'state'])
    .where('target', '=', target)
    .where('closed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  // Written here alone, as this type.
  const alarm = row === undefined ? NO_ALARM : (row.state as Alarm);
  const next = stepAlarm(alarm, event);
  const closed_at = next.state === 'normal' ? new Date(at) : null;
  if (row !== undefined) {
    await tx
      .updateTable('alarm')
      .set({ state: JSON.stringify(next), closed_at })
      .where('id', '=', row.id)
      .execute();
  } else if (next.state !== 'normal') {
    const opened = {
      id: randomUUID(),
      site_id: siteId,
      target,
      state: JSON.stringify(next),
      opened_at: new Date(at),
      closed_at,
    };
    await tx.insertInto('alarm').values(opened).execute();
  }
  return next;
}
