import type { Selectable } from 'kysely';
import { AppError } from '../../src/core/errors.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import { WRONG_DIGITS } from '../answer.ts';
import type { Callout } from '../callout.ts';
import type { Miss } from '../callout-event.ts';
import type { CarrierReply, CarrierReport } from '../carrier-report.ts';
import type { Words } from '../policy.ts';
import { happeningOf, isLast, movedTo } from '../reported.ts';
import type { Moved } from '../reported.ts';
import { replyTo } from '../spoken-reply.ts';
import { calloutById, record, take } from './callout-book.ts';
import type { HeldCallout, Tx } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';
import { attemptFacts } from './attempt-row.ts';
import {
  NEXT_SITE,
  offering,
  openRiders,
  passFloor,
  releaseRiders,
  renewRiders,
  speakerOf,
  waitingRiders,
} from './shared-line.ts';
import { takeReply } from './text-replies.ts';

type AttemptRow = Selectable<Database['attempt']>;

interface LineReport {
  readonly callout: HeldCallout;
  /** The attempt whose call it is, and the one that is spoken of: itself, or one of another callout that it carries. */
  readonly host: AttemptRow;
  readonly attempt: AttemptRow;
  readonly report: CarrierReport;
  readonly from: string | undefined;
}

/** How a call ends that nobody has listened to: for whatever it carried as well. */
const MISSED: readonly unknown[] = ['busy', 'no-answer', 'failed', 'voicemail', 'hung-up'] satisfies Miss[];

/** Takes what carriers report, each report once, whatever order they come in. */
export function carrierInbox(ports: DeskPorts) {
  const { db, clock, policyOf, draw } = ports;

  /** Runs `work` for the first copy of a report, and gives every copy the same reply. */
  const once = <Reply extends CarrierReply | null>(
    reportId: string,
    attemptId: string | null,
    body: unknown,
    work: (tx: Tx, now: Instant) => Promise<Reply>,
  ): Promise<Reply> =>
    db.transaction().execute(async (tx) => {
      const now = await clock.read(tx);
      // A second copy waits here for the first one's transaction.
      const first = await tx
        .insertInto('carrier_report')
        .values({
          report_id: reportId,
          attempt_id: attemptId,
          received_at: new Date(now),
          body: JSON.stringify(body, (_name, value: unknown) => (typeof value === 'string' ? cleaned(value) : value)),
          reply: '{}',
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('report_id')
        .executeTakeFirst();
      if (first === undefined) return knownReply<Reply>(tx, reportId);
      const reply = await work(tx, now);
      await tx
        .updateTable('carrier_report')
        .set({ reply: JSON.stringify(reply) })
        .where('report_id', '=', reportId)
        .execute();
      return reply;
    });

  const inbox = {
    /** `from`: the carrier that reports, where it is known. Throws `attempt/not-found`. */
    async report(attemptId: string, report: CarrierReport, from?: string): Promise<CarrierReply> {
      // A key is said to whoever is spoken of, what the phone does is of the call itself.
      const spoken = report.event === 'digit' ? await speakerOf(db, attemptId) : attemptId;
      const known = await db.selectFrom('attempt').select('callout_id').where('id', '=', spoken).executeTakeFirst();
      if (known === undefined) throw new AppError('attempt/not-found', 'there is no such attempt');
      // The carrier's own numbering may be by call: the attempt makes it unique.
      const reply = await once(
        cleaned(`${attemptId}:${from === undefined ? '' : `${from}:`}${report.reportId}`),
        attemptId,
        report,
        async (tx, now) => {
          const callout = await calloutById(tx, known.callout_id);
          if (callout === undefined) throw new Error('an attempt without its callout: the schema forbids it');
          const host = await holdRow(tx, attemptId);
          const attempt = spoken === attemptId ? host : await holdRow(tx, spoken);
          return onTheLine(tx, { callout, host, attempt, report, from }, now);
        },
      );
      await tellRiders(attemptId, report);
      return reply;
    },

    /** `null`: no open message to this number has such a code. From a number that was asked, that is on record. */
    async reply(from: string, text: string, reportId: string): Promise<CarrierReply | null> {
      const said = cleaned(text);
      return once(cleaned(`sms:${from}:${reportId}`), null, { from: 'a phone', text: said }, async (tx) => {
        return takeReply(tx, ports, cleaned(from), said);
      });
    },
  };
  return inbox;

  /** Takes a report in, and says how to go on where the same call is for other sites as well. */
  async function onTheLine(
    tx: Tx,
    { callout, host, attempt, report, from }: LineReport,
    now: Instant,
  ): Promise<CarrierReply> {
    if (report.event === 'answered' || report.event === 'digit') await renewRiders(tx, host.id, now);
    if (report.event === 'digit' && report.digit === NEXT_SITE && mayGoOn(callout, attempt)) {
      const next = await passFloor(tx, host);
      if (next !== null) return next;
    }
    const { reply, state } = await reported(tx, callout, attempt, report, from);
    if (report.event !== 'digit' || !mayGoOn({ state }, attempt) || isWrong({ state }, host)) return reply;
    return offering(reply, await waitingRiders(tx, host.id));
  }

  /** Those of other callouts that this call carries learn, each in a transaction of its own, what became of it. */
  async function tellRiders(hostId: string, report: CarrierReport): Promise<void> {
    const riders = await openRiders(db, hostId);
    if (riders.length === 0) return;
    const host = await db.selectFrom('attempt').selectAll().where('id', '=', hostId).executeTakeFirstOrThrow();
    const isNobody = MISSED.includes(host.outcome);
    const over = isLast(report.event) || report.event === 'voicemail';
    const wrong = report.event === 'digit' && isWrong(await stateOf(host.floor ?? hostId), host);
    // Another carrier may have the call by now: then this one's end is not the line's.
    if (!wrong && !(over && host.status === 'ended')) return tellPickUp(host, report);
    for (const rider of riders)
      if (wrong || isNobody || rider.id === host.floor)
        await inbox.report(rider.id, ofRider(hostId, wrong ? { ...report, event: 'failed' } : report));
    await releaseRiders(db, hostId, await clock.read(db));
  }

  /** Who has the floor is listened to like who has picked up. */
  async function tellPickUp({ id, floor }: AttemptRow, { event }: CarrierReport): Promise<void> {
    if (event === 'digit' && floor !== null) await inbox.report(floor, { reportId: `${id}:floor`, event: 'answered' });
  }

  async function stateOf(attemptId: string): Promise<Pick<HeldCallout, 'state'>> {
    const callouts = db.selectFrom('callout').innerJoin('attempt', 'attempt.callout_id', 'callout.id');
    const row = await callouts.select('state').where('attempt.id', '=', attemptId).executeTakeFirstOrThrow();
    return { state: row.state as Callout };
  }

  async function reported(
    tx: Tx,
    callout: HeldCallout,
    attempt: AttemptRow,
    report: CarrierReport,
    from: string | undefined,
  ): Promise<{ readonly reply: CarrierReply; readonly state: Callout | null }> {
    const at = await clock.read(tx);
    // Another carrier has taken it over since: that this one did not reach him is no news.
    const isOld = from !== undefined && attempt.carrier !== null && attempt.carrier !== from;
    if (isOld && (isLast(report.event) || report.event === 'voicemail')) return { reply: {}, state: callout.state };
    if (attempt.carrier_ref === null && report.id !== undefined)
      await learnReference(tx, attempt, cleaned(report.id), from);
    const moved = movedTo(attempt, report.event);
    if (moved !== null)
      await tx.updateTable('attempt').set(statusFields(moved, at)).where('id', '=', attempt.id).execute();
    const notes =
      moved === null ? [] : [{ type: 'attempt-status', facts: { ...attemptFacts(attempt), ...moved } } as const];
    const happening = happeningOf(attempt, report);
    const next = happening === null ? callout.state : await take(tx, callout, happening, { at, draw, policyOf, notes });
    if (happening === null) await record(tx, callout, notes, at);
    if (isLast(report.event)) await endForgotten(tx, callout, attempt, at);
    if (next === null) return { reply: {}, state: next };
    const line = {
      policy: callout.policy,
      callout: next,
      attempt: attempt.number,
      say: attempt.say as Words,
      calloutId: callout.id,
    };
    return { reply: replyTo(report, line), state: next };
  }
}

const holdRow = (tx: Tx, id: string): Promise<AttemptRow> =>
  tx.selectFrom('attempt').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirstOrThrow();

/** He has done with what was spoken: it is answered, or not wanted any more. Who guesses at keys is not led on. */
function mayGoOn({ state }: Pick<HeldCallout, 'state'>, { number }: AttemptRow): boolean {
  const attempt = state?.attempts.find((one) => one.number === number);
  return attempt === undefined || (!attempt.open && attempt.wrongDigits < WRONG_DIGITS);
}

/** Somebody else is at this number: he is asked about no other site. */
const isWrong = ({ state }: Pick<HeldCallout, 'state'>, { phone }: AttemptRow): boolean =>
  state?.wrongNumbers?.includes(phone) === true;

/** What the call did, as a report on one that rides on it; without the carrier's name for it, and once. */
const ofRider = (hostId: string, { event, reportId }: CarrierReport): CarrierReport => ({
  event,
  reportId: `${hostId}:${reportId}`,
});

async function knownReply<Reply>(tx: Tx, reportId: string): Promise<Reply> {
  const { reply } = await tx
    .selectFrom('carrier_report')
    .select('reply')
    .where('report_id', '=', reportId)
    .executeTakeFirstOrThrow();
  return reply as Reply;
}

/** Whoever asked for the call may have died before it wrote down what the carrier calls it; without that nobody can hang up. */
const learnReference = (tx: Tx, { id }: AttemptRow, reference: string, from: string | undefined) =>
  tx
    .updateTable('attempt')
    .set({ carrier_ref: reference, ...(from !== undefined && { carrier: from }) })
    .where('id', '=', id)
    .execute();

const statusFields = ({ status, outcome }: Moved, at: Instant) => ({
  status,
  lease_until: null,
  ...(outcome !== undefined && { outcome, ended_at: new Date(at) }),
});

/** The line is dead, and nobody had to be told: what was being cancelled is over. */
async function endForgotten(tx: Tx, callout: HeldCallout, attempt: AttemptRow, at: Instant): Promise<void> {
  const ended = await tx
    .updateTable('attempt')
    .set({ status: 'ended', outcome: attempt.outcome ?? 'cancelled', ended_at: new Date(at), lease_until: null })
    .where('id', '=', attempt.id)
    .where('status', '<>', 'ended')
    .returning('outcome')
    .executeTakeFirst();
  if (ended === undefined) return;
  const facts = { ...attemptFacts(attempt), status: 'ended', outcome: ended.outcome };
  await record(tx, callout, [{ type: 'attempt-status', facts }], at);
}

/** PostgreSQL stores neither NUL nor half a surrogate pair in a text. */
const cleaned = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();
