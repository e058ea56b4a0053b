import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { rosterVersion } from '../../alerting/io/roster-book.ts';
import { whoIsOn } from '../../alerting/roster/on-duty.ts';
import type { HandoverContent, HandoverView } from '../contract/handover.ts';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import type { HandoverDesk, Signer } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { rosterAt } from './roster-look.ts';
import { loadSites } from './site-config-store.ts';

type Tx = Transaction<Database>;
type Row = Selectable<Database['shift_handover']>;
interface Note {
  readonly by: string;
  readonly at: number;
  readonly text: string;
}

/** Hand-overs of a site in one view at most. */
const SHOWN = 30;

/**
 * The log of hand-overs.
 *
 *     open (what stands is frozen) -> notes -> signed by who leaves -> signed by who comes: never changed again
 */
export function handoverDesk({
  db,
  clock,
}: {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}): HandoverDesk {
  const change = (handoverId: string, work: (tx: Tx, row: Row, now: Instant) => Promise<void>): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('shift_handover')
        .selectAll()
        .where('id', '=', handoverId)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) throw new AppError('handover/not-found', 'there is no such hand-over');
      if (row.incoming_account !== null)
        throw new AppError('handover/signed', 'it is signed by both, and stays as it is');
      await work(tx, row, await clock.read(tx));
    });

  return {
    async list(siteId) {
      const rows = db.selectFrom('shift_handover').selectAll().where('site_id', '=', siteId);
      return (await rows.orderBy('opened_at', 'desc').limit(SHOWN).execute()).map(viewOf);
    },

    async byId(handoverId) {
      const row = await db.selectFrom('shift_handover').selectAll().where('id', '=', handoverId).executeTakeFirst();
      if (row === undefined) throw new AppError('handover/not-found', 'there is no such hand-over');
      return viewOf(row);
    },

    open: (siteId, who) =>
      db.transaction().execute(async (tx) => {
        const now = await clock.read(tx);
        const content = await contentOf(tx, siteId, now);
        const made = await tx
          .insertInto('shift_handover')
          .values({
            id: randomUUID(),
            site_id: siteId,
            opened_at: new Date(now),
            opened_by: who,
            content: JSON.stringify(content),
            notes: '[]',
            outgoing_account: null,
            outgoing_by: null,
            outgoing_at: null,
            incoming_account: null,
            incoming_by: null,
            incoming_at: null,
          })
          .onConflict((oc) => oc.doNothing())
          .returning('id')
          .executeTakeFirst();
        if (made === undefined) throw new AppError('handover/open', 'a hand-over is open already');
        await recordAudit(tx, { at: now, who, action: 'handover/open', siteId, facts: { handoverId: made.id } });
        return made.id;
      }),

    note: (handoverId, text, who) =>
      change(handoverId, async (tx, row, now) => {
        const note: Note = { by: who, at: now, text };
        const notes = [...(row.notes as readonly Note[]), note];
        if (notes.length > 200) throw new AppError('handover/full', 'there are too many notes');
        await tx
          .updateTable('shift_handover')
          .set({ notes: JSON.stringify(notes) })
          .where('id', '=', row.id)
          .execute();
      }),

    sign: (handoverId, by) =>
      change(handoverId, async (tx, row, now) => {
        await sign(tx, row, by, now);
        const as = row.outgoing_account === null ? 'outgoing' : 'incoming';
        const facts = { handoverId, as };
        await recordAudit(tx, { at: now, who: by.name, action: 'handover/sign', siteId: row.site_id, facts });
      }),
  };
}

async function sign(tx: Tx, row: Row, { accountId, name }: Signer, now: Instant): Promise<void> {
  if (row.outgoing_account === accountId)
    throw new AppError('handover/own', 'who leaves has signed already: who comes signs in and signs');
  const at = new Date(now);
  await tx
    .updateTable('shift_handover')
    .set(
      row.outgoing_account === null
        ? { outgoing_account: accountId, outgoing_by: name, outgoing_at: at }
        : { incoming_account: accountId, incoming_by: name, incoming_at: at },
    )
    .where('id', '=', row.id)
    .execute();
}

const viewOf = (row: Row): HandoverView => ({
  handoverId: row.id,
  openedAt: row.opened_at.getTime(),
  openedBy: row.opened_by,
  // Written here alone, as these.
  content: row.content as HandoverContent,
  notes: [...(row.notes as readonly Note[])],
  outgoing: signature(row.outgoing_by, row.outgoing_at),
  incoming: signature(row.incoming_by, row.incoming_at),
});

const signature = (by: string | null, at: Date | null): HandoverView['outgoing'] =>
  by === null || at === null ? null : { by, at: at.getTime() };

/** What stands at a site now. */
async function contentOf(tx: Tx, siteId: string, now: Instant): Promise<HandoverContent> {
  const [site] = await loadSites(tx, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const levels = tx
    .selectFrom('level_state')
    .select(['target', 'level', 'changed_at'])
    .where('site_id', '=', siteId)
    .where('level', '<>', 'normal')
    .orderBy('target');
  const reports = tx
    .selectFrom('report_state')
    .select(['subject', 'level', 'since'])
    .where('site_id', '=', siteId)
    .where('level', '<>', 'normal')
    .orderBy('since');
  const blind = tx
    .selectFrom('visibility_state')
    .innerJoin('sensor', 'sensor.id', 'visibility_state.sensor_id')
    .select('sensor.code')
    .where('sensor.site_id', '=', siteId)
    .where('visibility_state.visibility', '=', 'blind')
    .orderBy('sensor.code');
  const work = tx
    .selectFrom('maintenance')
    .select(['point', 'reason', 'until_at'])
    .where('site_id', '=', siteId)
    .where('ended_at', 'is', null)
    .where('until_at', '>', new Date(now))
    .orderBy('point');
  const shelved = tx
    .selectFrom('alarm')
    .select(['target', sql<string>`state ->> 'state'`.as('state')])
    .where('site_id', '=', siteId)
    .where('closed_at', 'is', null)
    .where(sql<boolean>`state ->> 'state' in ('shelved', 'suppressed', 'out-of-service')`)
    .orderBy('target');
  const patrols = tx
    .selectFrom('patrol_round')
    .select(['patrol_id', 'due_at', 'missed_at'])
    .where('site_id', '=', siteId)
    .where('done_at', 'is', null)
    .where('due_at', '>', new Date(now - 86_400_000))
    .orderBy('due_at');
  const open = tx.selectFrom('callout').select('state').where('site_id', '=', siteId).where('ended_at', 'is', null);
  const callout = open.where('drill', '=', false);
  const { content } = await rosterVersion(tx, siteId);
  return {
    levels: (await levels.execute()).map(({ target, level, changed_at }) => ({
      target,
      level,
      since: changed_at?.getTime() ?? null,
    })),
    reports: (await reports.execute()).map(({ subject, level, since }) => ({ subject, level, since: since.getTime() })),
    blind: (await blind.execute()).map(({ code }) => code),
    maintenance: (await work.execute()).map(({ point, reason, until_at }) => ({
      point,
      reason,
      until: until_at.getTime(),
    })),
    outOfService: site.config.sensors.flatMap(({ code, state = 'in-service' }) =>
      state === 'in-service' ? [] : [{ sensor: code, state }],
    ),
    shelved: await shelved.execute(),
    patrols: (await patrols.execute()).map(({ patrol_id, due_at, missed_at }) => ({
      patrol: patrol_id,
      dueAt: due_at.getTime(),
      missed: missed_at !== null,
    })),
    onDuty: whoIsOn(rosterAt(site, content), now).map(({ duty, contactId }) => ({ duty, contactId })),
    callout: ((await callout.executeTakeFirst())?.state as { phase?: string } | undefined)?.phase ?? null,
  };
}
