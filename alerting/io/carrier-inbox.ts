import type { Selectable } from 'kysely';
import { AppError } from '../../src/core/errors.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Database } from '../../src/platform/database.ts';
import type { CarrierReply, CarrierReport } from '../carrier-report.ts';
import type { Words } from '../policy.ts';
import { happeningOf, isLast, movedTo } from '../reported.ts';
import type { Moved } from '../reported.ts';
import { replyTo } from '../spoken-reply.ts';
import { calloutById, record, take } from './callout-book.ts';
import type { HeldCallout, Tx } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';
import { attemptFacts } from './attempt-row.ts';
import { takeReply } from './text-replies.ts';

type AttemptRow = Selectable<Database['attempt']>;

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

  return {
    /** `from`: the carrier that reports, where it is known. Throws `attempt/not-found`. */
    async report(attemptId: string, report: CarrierReport, from?: string): Promise<CarrierReply> {
      const known = await db.selectFrom('attempt').select('callout_id').where('id', '=', attemptId).executeTakeFirst();
      if (known === undefined) throw new AppError('attempt/not-found', 'there is no such attempt');
      // The carrier's own numbering may be by call: the attempt makes it unique.
      return once(
        cleaned(`${attemptId}:${from === undefined ? '' : `${from}:`}${report.reportId}`),
        attemptId,
        report,
        async (tx) => {
          const callout = await calloutById(tx, known.callout_id);
          const attempt = await tx
            .selectFrom('attempt')
            .selectAll()
            .where('id', '=', attemptId)
            .forNoKeyUpdate()
            .executeTakeFirstOrThrow();
          if (callout === undefined) throw new Error('an attempt without its callout: the schema forbids it');
          return reported(tx, callout, attempt, report, from);
        },
      );
    },

    /** The attempt that a carrier has this name for. Throws `attempt/not-found`. */
    async attemptOf(carrier: string, reference: string): Promise<string> {
      const row = await db
        .selectFrom('carrier_request')
        .select('attempt_id')
        .where('carrier', '=', carrier)
        .where('reference', '=', cleaned(reference))
        .executeTakeFirst();
      if (row === undefined) throw new AppError('attempt/not-found', 'there is no such attempt');
      return row.attempt_id;
    },

    /** `null`: no open message to this number has such a code. From a number that was asked, that is on record. */
    async reply(from: string, text: string, reportId: string): Promise<CarrierReply | null> {
      const said = cleaned(text);
      return once(cleaned(`sms:${from}:${reportId}`), null, { from: 'a phone', text: said }, async (tx) => {
        return takeReply(tx, ports, cleaned(from), said);
      });
    },
  };

  async function reported(
    tx: Tx,
    callout: HeldCallout,
    attempt: AttemptRow,
    report: CarrierReport,
    from: string | undefined,
  ): Promise<CarrierReply> {
    const at = await clock.read(tx);
    // Another carrier has taken it over since: that this one did not reach him is no news.
    const isOld = from !== undefined && attempt.carrier !== null && attempt.carrier !== from;
    if (isOld && (isLast(report.event) || report.event === 'voicemail')) return {};
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
    if (next === null) return {};
    const line = { policy: callout.policy, callout: next, attempt: attempt.number, say: attempt.say as Words };
    return replyTo(report, line);
  }
}

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
