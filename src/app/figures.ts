import type { Kysely } from 'kysely';
import type { Alarm } from '../../alerting/alarm.ts';
import { alarmFigures } from '../../alerting/figures/alarm-figures.ts';
import { nightCalls } from '../../alerting/figures/night-calls.ts';
import type { FiguresView } from '../contract/figures.ts';
import { AppError } from '../core/errors.ts';
import { rank } from '../core/level.ts';
import type { Level } from '../core/level.ts';
import { DAY, instant, plus } from '../core/time.ts';
import type { Instant } from '../core/time.ts';
import type { FiguresDesk } from '../gateway/ports.ts';
import { recordAudit } from '../platform/audit.ts';
import type { DatabaseClock } from '../platform/clock.ts';
import type { Database } from '../platform/database.ts';
import { limitsOf } from './alarm-limits.ts';
import { loadSites } from './site-config-store.ts';

/** What is counted at most; beyond it the figures are of the newest part, and say so. */
const MOVES_AT_MOST = 50_000;
const CALLS_AT_MOST = 50_000;
const UNJUDGED_SHOWN = 20;

interface DeskPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

/** What is counted of a site's alarms and calls, and what people say a callout had been for. */
export const figuresDesk = (ports: DeskPorts): FiguresDesk => ({
  of: async (siteId, days) => figuresOf(ports.db, { siteId, days, now: await ports.clock.read(ports.db) }),
  judge: (calloutId, cause, who) => judge(ports, { calloutId, cause, who }),
});

interface Asked {
  readonly siteId: string;
  readonly days: number;
  readonly now: Instant;
}

/** How loud the alarms of a site were, and how often its people were woken. Throws `site/not-found`. */
async function figuresOf(db: Kysely<Database>, { siteId, days, now }: Asked): Promise<FiguresView> {
  const [site] = await loadSites(db, [siteId]);
  if (site === undefined) throw new AppError('site/not-found', 'there is no such site');
  const from = plus(now, -days * DAY);
  const limits = limitsOf(site.config);
  const moves = await movesOf(db, siteId, from);
  const { alarms: total, peak, floods, chattering, nuisances } = alarmFigures(moves, limits);
  const open = await openAlarms(db, siteId);
  const calls = await callsOf(db, siteId, from);
  const callouts = await closedCallouts(db, siteId, from);
  const judged = callouts.filter(({ cause }) => cause !== null);
  return {
    from,
    to: now,
    complete: moves.length < MOVES_AT_MOST && calls.length < CALLS_AT_MOST,
    alarms: { total, perDay: total / days, peak, floods },
    standing: open.length,
    stale: open.filter(({ since }) => now - since > limits.staleAfterMs).map(({ target }) => target),
    chattering: [...chattering],
    nuisances: [...nuisances],
    nightCalls: [...nightCalls(calls, site.config.timeZone)],
    wakes: {
      callouts: callouts.length,
      judged: judged.length,
      falseWakes: judged.filter(({ cause }) => cause !== 'hazard').length,
    },
    unjudged: callouts
      .filter(({ cause }) => cause === null)
      .slice(0, UNJUDGED_SHOWN)
      .map(({ calloutId, openedAt, endedAt }) => ({ calloutId, openedAt, endedAt })),
  };
}

async function movesOf(db: Kysely<Database>, siteId: string, from: Instant) {
  const rows = await db
    .selectFrom('level_change')
    .select(['target', 'recorded_at', 'from_level', 'to_level'])
    .where('site_id', '=', siteId)
    .where('recorded_at', '>', new Date(from))
    .orderBy('recorded_at', 'desc')
    .limit(MOVES_AT_MOST)
    .execute();
  return rows.map(({ target, recorded_at, from_level, to_level }) => ({
    target,
    at: instant(recorded_at.getTime()),
    // Written by the judge, as levels.
    asks: to_level !== 'normal' && rank(to_level as Level) >= rank(from_level as Level),
  }));
}

/** Alarms that stand, with when they were opened: one a rule at most. */
async function openAlarms(db: Kysely<Database>, siteId: string) {
  const rows = await db
    .selectFrom('alarm')
    .select(['target', 'state', 'opened_at'])
    .where('site_id', '=', siteId)
    .where('closed_at', 'is', null)
    .orderBy('opened_at')
    .execute();
  return rows
    .filter(({ state }) => (state as Alarm).level !== 'normal')
    .map(({ target, opened_at }) => ({ target, since: opened_at.getTime() }));
}

/** Telephones that a carrier was asked to ring. */
async function callsOf(db: Kysely<Database>, siteId: string, from: Instant): Promise<readonly Instant[]> {
  const rows = await db
    .selectFrom('attempt')
    .select('created_at')
    .where('site_id', '=', siteId)
    .where('medium', '=', 'voice')
    .where('drill', '=', false)
    .where('carrier_ref', 'is not', null)
    .where('created_at', '>', new Date(from))
    .orderBy('created_at', 'desc')
    .limit(CALLS_AT_MOST)
    .execute();
  return rows.map(({ created_at }) => instant(created_at.getTime()));
}

async function closedCallouts(db: Kysely<Database>, siteId: string, from: Instant) {
  const rows = await db
    .selectFrom('callout')
    .leftJoin('callout_cause', 'callout_cause.callout_id', 'callout.id')
    .select(['callout.id', 'opened_at', 'ended_at', 'cause'])
    .where('callout.site_id', '=', siteId)
    .where('callout.drill', '=', false)
    .where('ended_at', '>', new Date(from))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('attempt')
          .select('attempt.id')
          .whereRef('attempt.callout_id', '=', 'callout.id')
          .where('medium', '=', 'voice')
          .where('carrier_ref', 'is not', null),
      ),
    )
    .orderBy('ended_at', 'desc')
    .limit(1_000)
    .execute();
  return rows.flatMap(({ id, opened_at, ended_at, cause }) =>
    ended_at === null ? [] : [{ calloutId: id, openedAt: opened_at.getTime(), endedAt: ended_at.getTime(), cause }],
  );
}

interface Judged {
  readonly calloutId: string;
  readonly cause: string;
  readonly who: string;
}

/** Notes why a callout had been opened; another word later takes its place, and both stand in the audit. Throws `callout/not-found`, `callout/not-released`. */
const judge = ({ db, clock }: DeskPorts, { calloutId, cause, who }: Judged): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const rows = tx.selectFrom('callout').select(['site_id', 'ended_at']).where('id', '=', calloutId);
    const callout = await rows.executeTakeFirst();
    if (callout === undefined) throw new AppError('callout/not-found', 'there is no such callout');
    if (callout.ended_at === null)
      throw new AppError('callout/not-released', 'it is judged once somebody has closed it');
    const at = await clock.read(tx);
    const said = { cause, said_by: who, said_at: new Date(at) };
    await tx
      .insertInto('callout_cause')
      .values({ callout_id: calloutId, ...said })
      .onConflict((on) => on.column('callout_id').doUpdateSet(said))
      .execute();
    const facts = { calloutId, cause };
    await recordAudit(tx, { at, who, action: 'callout/judge', siteId: callout.site_id, facts });
  });
