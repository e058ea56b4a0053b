import type { Standing } from '../../src/core/evacuation.ts';
import { headCounts } from '../../src/core/evacuation.ts';
import type { Instant } from '../../src/core/time.ts';
import { noteEvents, wakeCallers } from './broadcast-book.ts';
import type { HeldBroadcast, Tx } from './broadcast-book.ts';
import type { SiteNote } from './site-note.ts';

/**
 * Ends a broadcast that is held alone: no call is made any more, those under way are hung up. Returns what is to be told in
 * the site's log, which the caller appends last.
 */
export async function endBroadcast(
  tx: Tx,
  { id, drill }: HeldBroadcast,
  { who, note, now }: { readonly who: string; readonly note: string; readonly now: Instant },
): Promise<readonly SiteNote[]> {
  const people = await countsOf(tx, id);
  await tx
    .updateTable('broadcast')
    .set({ ended_at: new Date(now), ended_by: who, note })
    .where('id', '=', id)
    .execute();
  await tx.updateTable('broadcast_recipient').set({ due_at: null }).where('broadcast_id', '=', id).execute();
  const open = tx.updateTable('broadcast_attempt').where('broadcast_id', '=', id);
  await open
    .set({ status: 'ended', outcome: 'cancelled', ended_at: new Date(now), lease_until: null })
    .where((eb) => eb.or([eb('status', '=', 'queued'), eb('medium', '=', 'sms')]))
    .where('status', '<>', 'ended')
    .execute();
  await open
    .set({ status: 'cancelling', due_at: new Date(now) })
    .where('status', 'not in', ['ended', 'cancelling'])
    .execute();
  await wakeCallers(tx);
  const facts = { by: who, note, counts: people };
  await noteEvents(tx, id, [{ recipient: null, type: 'ended', facts }], now);
  return [{ type: 'evacuation-ended', facts: { broadcastId: id, who, drill, note } }];
}

/** Heads by where they stand. */
export async function countsOf(tx: Tx, broadcastId: string) {
  const rows = await tx
    .selectFrom('broadcast_recipient')
    .select(['standing', 'person'])
    .where('broadcast_id', '=', broadcastId)
    .execute();
  return headCounts(
    rows.map(({ standing, person }) => ({
      // Both written by the book, as these.
      standing: standing as Standing,
      persons: (person as { readonly persons: number }).persons,
    })),
  );
}
