import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Callout, Run } from '../../../alerting/callout.ts';
import type { Order } from '../../../alerting/order.ts';
import type { CalloutPolicy, StoredRung } from '../../../alerting/policy.ts';
import type { CalloutView } from '../../contract/http.ts';
import { AppError } from '../../core/errors.ts';
import { rank } from '../../core/level.ts';
import type { WarningLevel } from '../../core/level.ts';
import { HOUR } from '../../core/time.ts';
import type { Instant } from '../../core/time.ts';
import type { Database } from '../../platform/database.ts';

/** A released callout stays on the page for this long. */
const SHOWN_AFTER_MS = 24 * HOUR;

/** Attempts that are over are shown up to so many; the table keeps them all. */
const SHOWN_ATTEMPTS = 200;

/**
 * The running callout of a site, else the drill that runs, else the callout that ended within 24 h, else null; with the policy it
 * started with.
 */
export async function calloutOfSite(db: Kysely<Database>, siteId: string, now: Instant): Promise<Shown | null> {
  const row = await rows(db)
    .where('site_id', '=', siteId)
    .where((eb) =>
      eb.or([
        eb('ended_at', 'is', null),
        eb.and([eb('drill', '=', false), eb('ended_at', '>', new Date(now - SHOWN_AFTER_MS))]),
      ]),
    )
    .orderBy(sql`ended_at is null`, 'desc')
    .orderBy('drill')
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : shown(db, row);
}

/** One callout. Throws `callout/not-found`. */
export async function calloutById(db: Kysely<Database>, calloutId: string): Promise<Shown> {
  const row = await rows(db).where('id', '=', calloutId).executeTakeFirst();
  if (row === undefined) throw new AppError('callout/not-found', 'there is no such callout');
  return shown(db, row);
}

interface Shown {
  readonly view: CalloutView;
  readonly policy: CalloutPolicy;
}

const rows = (db: Kysely<Database>) =>
  db.selectFrom('callout').select(['id', 'site_id', 'policy', 'state', 'opened_at', 'ended_at']);
type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

async function shown(db: Kysely<Database>, row: Row): Promise<Shown> {
  // Written by alerting, as these types, and by nobody else.
  const state = row.state as Callout;
  const policy = row.policy as CalloutPolicy;
  const begun = await broadcastsOf(db, row.id, state);
  const view: CalloutView = {
    calloutId: row.id,
    siteId: row.site_id,
    drill: policy.drill === true,
    phase: state.phase,
    openedAt: row.opened_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
    runs: state.runs.map((run) => runView(run, state.phase !== 'released')),
    attempts: await attemptsOf(db, row.id),
    orders: (state.orders ?? []).map((order) => orderView(order, begun.get(order.number) ?? null)),
    // What a drill supposes stands for nobody.
    levelStands: policy.drill !== true && levelStands(policy, state),
    answers: state.answers.map(({ contactId, level, asked, medium, at }) => ({ contactId, level, asked, medium, at })),
  };
  return { view, policy };
}

function runView(run: Run, calling: boolean): CalloutView['runs'][number] {
  const { kind, level, answeredBy, rungs, tried, deadline, answered, respondBy = null, withdrawn = null } = run;
  const climbing = calling && answered === null;
  return {
    kind,
    level,
    answeredBy: [...answeredBy],
    rungs: rungs.map((rung, i) => rungView(rung, run.ringing?.find((one) => one.rung === i)?.people)),
    current: climbing && tried > 0 ? (tried - 1) % rungs.length : null,
    deadline: climbing ? deadline : null,
    answered: answered === null ? null : { contactId: answered.contactId, at: answered.at },
    respondBy: calling ? respondBy : null,
    withdrawn,
  };
}

/** A rung as it was stored, and whom it meant when it was tried last. */
function rungView(rung: StoredRung, people: readonly string[] = []): CalloutView['runs'][number]['rungs'][number] {
  const { answerWithinMs } = rung;
  if (!('who' in rung)) {
    const { contactId, medium } = rung;
    return { who: [{ contactId }], people: [contactId], media: [medium], everyone: false, answerWithinMs };
  }
  return { who: [...rung.who], people: [...people], media: [...rung.media], everyone: rung.everyone, answerWithinMs };
}
const orderView = (
  { attempt: _attempt, overdue, withdrawn, ...order }: Order,
  broadcastId: string | null,
): CalloutView['orders'][number] => ({
  ...order,
  overdueAt: overdue ?? null,
  withdrawnAt: withdrawn ?? null,
  broadcastId,
});

/** The broadcasts of its orders, by their numbers. */
async function broadcastsOf(
  db: Kysely<Database>,
  calloutId: string,
  { orders = [] }: Callout,
): Promise<ReadonlyMap<number, string | null>> {
  if (!orders.some(({ kind }) => kind === 'evacuate')) return new Map();
  const begun = db.selectFrom('order_broadcast').select(['order_number', 'broadcast_id']);
  const rows = await begun.where('callout_id', '=', calloutId).execute();
  return new Map(rows.map(({ order_number, broadcast_id }) => [order_number, broadcast_id]));
}

/** Whether something that people are called for still stands. */
const levelStands = ({ ladders }: CalloutPolicy, { covered, reports = {} }: Callout): boolean => {
  const mildest = Math.min(...Object.keys(ladders).map((level) => rank(level as WarningLevel)));
  const standing = Object.values(covered).map(({ level, counts = level }) => counts);
  return [...standing, ...Object.values(reports).map(({ level }) => level)].some((level) => rank(level) >= mildest);
};

/** All that are under way, and the newest of all. */
async function attemptsOf(db: Kysely<Database>, calloutId: string): Promise<CalloutView['attempts']> {
  // What asks for no answer is of no rung: the log of events has it.
  const of = db.selectFrom('attempt').where('callout_id', '=', calloutId).where('code', '<>', '');
  const newest = of.select('number').orderBy('number', 'desc').limit(SHOWN_ATTEMPTS);
  const found = await of
    .select(['number', 'contact_id', 'medium', 'level', 'status', 'outcome', 'created_at', 'ended_at', 'origin'])
    .where((eb) => eb.or([eb('status', '<>', 'ended'), eb('number', 'in', newest)]))
    .orderBy('number')
    .execute();
  return found.map((row) => ({
    number: row.number,
    contactId: row.contact_id,
    medium: row.medium as CalloutView['attempts'][number]['medium'],
    level: row.level as CalloutView['attempts'][number]['level'],
    status: row.status,
    outcome: row.outcome,
    createdAt: row.created_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
    ...(row.origin === 'dark' && { origin: 'dark' as const }),
  }));
}
