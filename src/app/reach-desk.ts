import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { phonesOf } from '../../alerting/phones.ts';
import { proofText } from '../../alerting/proof-text.ts';
import { proofSlots } from '../../alerting/slots.ts';
import type { ReachabilityView } from '../contract/reachability.ts';
import { AppError } from '../core/errors.ts';
import type { Instant } from '../core/time.ts';
import { instantOf, localDate } from '../core/zone.ts';
import type { ReachDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { insertCall } from './roster-round.ts';
import { loadSites } from './site-config-store.ts';
import type { LoadedSite } from './site-model.ts';

/**
 * The day by which people and numbers are looked through each year. Commonly reproduced from one county's rules of 2025 and not
 * checked against a national text [M].
 */
const REVIEW_ON = '04-20';

interface ReachPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly draw: () => number;
}

/** Whether people can be reached, and calls that prove it. */
export function reachDesk({ db, clock, draw }: ReachPorts): ReachDesk {
  const siteOf = async (siteId: string): Promise<LoadedSite> => {
    const [site] = await loadSites(db, [siteId]);
    if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
    return site;
  };
  return {
    look: async (siteId) => lookAtReach(db, await siteOf(siteId), await clock.read(db)),

    async prove(siteId, { contactId, line }, who) {
      const site = await siteOf(siteId);
      const contact = site.config.contacts.find(({ id }) => id === contactId);
      if (contact === undefined || phonesOf(contact)[line] === undefined)
        throw new AppError('roster/not-found', 'there is no such person, or no such number');
      const code = String(1 + Math.floor(draw() * 9));
      await db.transaction().execute(async (tx) => {
        const now = await clock.read(tx);
        const say = proofText(site.config.name, contact.name, code);
        const slots = proofSlots(site.config.name, code);
        const call = { reason: 'asked', medium: 'voice', say, slots, code, now, due: now, line, by: who } as const;
        if (!(await insertCall(tx, site, contact, call)))
          throw new AppError('proof/running', 'this number is being called already');
        await recordAudit(tx, { at: now, who, action: 'number/prove', siteId, facts: { contactId, line } });
      });
    },

    async lift(siteId, { contactId, line, reason }, who) {
      const site = await siteOf(siteId);
      const contact = site.config.contacts.find(({ id }) => id === contactId);
      const phone = contact === undefined ? undefined : phonesOf(contact)[line];
      if (phone === undefined) throw new AppError('roster/not-found', 'there is no such person, or no such number');
      await db.transaction().execute(async (tx) => {
        const at = await clock.read(tx);
        const lifted = await tx
          .updateTable('suspended_phone')
          .set({ lifted_at: new Date(at), lifted_by: who, reason })
          .where('phone', '=', phone)
          .where('lifted_at', 'is', null)
          .returning('id')
          .execute();
        if (lifted.length === 0) throw new AppError('phone/not-suspended', 'this number is not suspended');
        await recordAudit(tx, { at, who, action: 'phone/lift', siteId, facts: { contactId, line, reason } });
      });
    },

    async review(siteId, who) {
      await siteOf(siteId);
      await db.transaction().execute(async (tx) => {
        const at = await clock.read(tx);
        await recordAudit(tx, { at, who, action: 'roster/review', siteId, facts: {} });
      });
    },
  };
}

async function lookAtReach(
  db: Kysely<Database>,
  { siteId, config }: LoadedSite,
  now: Instant,
): Promise<ReachabilityView> {
  const calls = await db
    .selectFrom('proof_call')
    .select(['contact_id', 'phone', 'reason', 'asked_by', 'asked_at', 'outcome', 'status'])
    .distinctOn(['phone'])
    .where('site_id', '=', siteId)
    .where('medium', '=', 'voice')
    .orderBy('phone')
    .orderBy('asked_at', 'desc')
    .execute();
  const proofs = await db
    .selectFrom('proof_call')
    .select(['phone', sql<Date>`max(ended_at)`.as('at')])
    .where('site_id', '=', siteId)
    .where('outcome', '=', 'confirmed')
    .groupBy('phone')
    .execute();
  const suspended = await db
    .selectFrom('suspended_phone')
    .select(['phone', 'since'])
    .where('lifted_at', 'is', null)
    .execute();
  const tasks = await db.selectFrom('roster_task').selectAll().where('site_id', '=', siteId).execute();
  const { reviewedAt, reviewOverdue } = await reviewOf(db, { siteId, config }, now);
  return {
    numbers: config.contacts.flatMap((contact) =>
      phonesOf(contact).map((phone, line) => {
        const last = calls.find((call) => call.phone === phone);
        return {
          contactId: contact.id,
          line,
          phone,
          provedAt: proofs.find((each) => each.phone === phone)?.at.getTime() ?? null,
          suspendedSince: suspended.find((each) => each.phone === phone)?.since.getTime() ?? null,
          last:
            last === undefined
              ? null
              : { at: last.asked_at.getTime(), reason: last.reason, by: last.asked_by, outcome: last.outcome },
        };
      }),
    ),
    nextRollCallAt: tasks.find(({ task }) => task === 'roll-call')?.due_at.getTime() ?? null,
    gapsCheckedAt: tasks.find(({ task }) => task === 'gaps')?.done_at?.getTime() ?? null,
    reviewedAt,
    reviewOverdue,
  };
}

async function reviewOf(db: Kysely<Database>, { siteId, config }: Pick<LoadedSite, 'siteId' | 'config'>, now: Instant) {
  const last = await db
    .selectFrom('audit')
    .select('at')
    .where('action', '=', 'roster/review')
    .where('site_id', '=', siteId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const first = await db
    .selectFrom('site_config')
    .select('applied_at')
    .where('site_id', '=', siteId)
    .orderBy('version')
    .limit(1)
    .executeTakeFirst();
  const year = Number(localDate(now, config.timeZone).slice(0, 4));
  const dayOf = (of: number): Instant => instantOf(`${String(of)}-${REVIEW_ON}`, '00:00', config.timeZone);
  const due = dayOf(year) <= now ? dayOf(year) : dayOf(year - 1);
  const since = last?.at ?? first?.applied_at;
  // Within the two months before the day it counts for that day.
  const counts = (since?.getTime() ?? now) >= due - 60 * 86_400_000;
  return { reviewedAt: last?.at.getTime() ?? null, reviewOverdue: !counts };
}
