import type { Kysely } from 'kysely';
import type { Instant } from '../../src/core/time.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import { broadcastOver, keyUnknown, wordTaken } from '../broadcast/broadcast-words.ts';
import type { MissedCall, Recipient, RecipientEvent } from '../broadcast/recipient.ts';
import { wordOfKey, wordOfText } from '../broadcast/word-of.ts';
import type { CarrierReply, CarrierReport } from '../carrier-report.ts';
import { isLast, movedTo } from '../reported.ts';
import { heldBroadcast, heldRecipient, noteEvents, takeRecipient } from './broadcast-book.ts';
import type { HeldBroadcast, KeptRecipient, Said, Tx } from './broadcast-book.ts';
import type { ClaimedCall } from './broadcast-claim.ts';

interface InboxPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
}

const MISSES: Readonly<Partial<Record<CarrierReport['event'], MissedCall>>> = {
  'voicemail': 'voicemail',
  'busy': 'busy',
  'no-answer': 'no-answer',
  'failed': 'failed',
};

/** Takes what carriers report of broadcasts, each report once, whatever order they come in. */
export function broadcastInbox({ db, clock }: InboxPorts) {
  /** Runs `work` for the first copy of a report, and gives every copy the same reply. */
  const once = <Reply extends CarrierReply | null>(
    reportId: string,
    broadcastId: string,
    body: unknown,
    work: (tx: Tx, now: Instant) => Promise<Reply>,
  ): Promise<Reply> =>
    db.transaction().execute(async (tx) => {
      const now = await clock.read(tx);
      const first = await tx
        .insertInto('broadcast_report')
        .values({
          report_id: cleaned(reportId),
          broadcast_id: broadcastId,
          received_at: new Date(now),
          body: JSON.stringify(body, (_name, value: unknown) => (typeof value === 'string' ? cleaned(value) : value)),
          reply: '{}',
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('report_id')
        .executeTakeFirst();
      const its = tx.selectFrom('broadcast_report').select('reply').where('report_id', '=', cleaned(reportId));
      if (first === undefined) return (await its.executeTakeFirstOrThrow()).reply as Reply;
      const reply = await work(tx, now);
      await tx
        .updateTable('broadcast_report')
        .set({ reply: JSON.stringify(reply) })
        .where('report_id', '=', cleaned(reportId))
        .execute();
      return reply;
    });

  return {
    /** null: the attempt is of no broadcast. */
    async report(attemptId: string, report: CarrierReport): Promise<CarrierReply | null> {
      const known = await db
        .selectFrom('broadcast_attempt')
        .select(['broadcast_id', 'recipient'])
        .where('id', '=', attemptId)
        .executeTakeFirst();
      if (known === undefined) return null;
      return once(`${attemptId}:${report.reportId}`, known.broadcast_id, report, async (tx, at) => {
        const broadcast = await heldBroadcast(tx, known.broadcast_id, 'share');
        const recipient = await heldRecipient(tx, known.broadcast_id, known.recipient);
        const found = tx.selectFrom('broadcast_attempt').selectAll().where('id', '=', attemptId);
        const attempt = await found.forNoKeyUpdate().executeTakeFirstOrThrow();
        if (broadcast === undefined || recipient === undefined)
          throw new Error('an attempt without its recipient: the schema forbids it');
        return reported(tx, { broadcast, recipient, attempt }, report, at);
      });
    },

    /**
     * Takes a text message that says where somebody is. False: it says nothing of the kind, or answers no message of a broadcast
     * that runs. Of a telephone that several households share it is not known whose word it is: nobody's.
     */
    async reply(from: string, text: string, reportId: string): Promise<boolean> {
      const word = wordOfText(text);
      const asked = word === null ? [] : await askedAt(db, cleaned(from));
      const [first] = asked;
      if (first === undefined || word === null) return false;
      await once(`sms:${from}:${reportId}`, first.broadcast_id, { from: 'a phone', text }, async (tx, at) => {
        const broadcast = await heldBroadcast(tx, first.broadcast_id, 'share');
        if (broadcast === undefined || broadcast.endedAt !== null) return {};
        if (asked.length > 1) {
          const notes = asked.map(({ recipient }) => ({
            recipient,
            type: 'reply-of-several',
            facts: { word, text: cleaned(text) },
          }));
          await noteEvents(tx, broadcast.id, notes, at);
          return {};
        }
        const recipient = await heldRecipient(tx, broadcast.id, first.recipient);
        if (recipient === undefined) return {};
        const said: Said = { by: null, medium: 'sms', at, note: cleaned(text) };
        await takeRecipient(tx, broadcast, recipient, { type: 'replied', word, at }, said);
        return {};
      });
      return true;
    },

    /** Keeps what somebody wrote that says nothing which may be relied on, for people to read. */
    async keep(from: string, text: string, reportId: string): Promise<void> {
      const asked = await askedAt(db, cleaned(from));
      const [first] = asked;
      if (first === undefined) return;
      const said = cleaned(text);
      await once(`unclear:${from}:${reportId}`, first.broadcast_id, { from: 'a phone', text: said }, async (tx, at) => {
        const notes = asked.map(({ recipient }) => ({ recipient, type: 'reply-unclear', facts: { text: said } }));
        await noteEvents(tx, first.broadcast_id, notes, at);
        return {};
      });
    },
  };
}

interface Reported {
  readonly broadcast: HeldBroadcast;
  readonly recipient: KeptRecipient;
  readonly attempt: ClaimedCall;
}

async function reported(
  tx: Tx,
  { broadcast, recipient, attempt }: Reported,
  report: CarrierReport,
  at: Instant,
): Promise<CarrierReply> {
  const set = (fields: Partial<Pick<ClaimedCall, 'status' | 'outcome' | 'carrier_ref' | 'lease_until' | 'ended_at'>>) =>
    tx.updateTable('broadcast_attempt').set(fields).where('id', '=', attempt.id).execute();
  if (attempt.carrier_ref === null && report.id !== undefined) await set({ carrier_ref: cleaned(report.id) });
  const moved = movedTo({ number: attempt.try, medium: attempt.medium, status: attempt.status }, report.event);
  if (moved !== null) {
    const { status, outcome } = moved;
    await set({ status, lease_until: null, ...(outcome !== undefined && { outcome, ended_at: new Date(at) }) });
  }
  const event = eventOf(attempt, report, at);
  const isRunning = broadcast.endedAt === null;
  const said: Said | null = event?.type === 'key' && event.word !== null ? { by: null, medium: 'voice', at } : null;
  let state: Recipient = recipient.state;
  if (event !== null && isRunning) state = await takeRecipient(tx, broadcast, recipient, event, said);
  if (said !== null && !isRunning && event?.type === 'key')
    await noteEvents(
      tx,
      broadcast.id,
      [{ recipient: recipient.number, type: 'late-word', facts: { word: event.word } }],
      at,
    );
  if (isLast(report.event))
    await tx
      .updateTable('broadcast_attempt')
      .set({ status: 'ended', outcome: attempt.outcome ?? report.event, ended_at: new Date(at), lease_until: null })
      .where('id', '=', attempt.id)
      .where('status', '<>', 'ended')
      .execute();
  return replyTo(report, { recipient, state, isRunning, attempt });
}

function eventOf(
  { medium, status, try: number }: ClaimedCall,
  report: CarrierReport,
  at: Instant,
): RecipientEvent | null {
  if (medium !== 'voice') return null;
  const why = MISSES[report.event];
  if (why !== undefined) return { type: 'missed', try: number, why, at };
  if (report.event === 'digit') return { type: 'key', try: number, word: wordOfKey(report.digit ?? ''), at };
  if (report.event === 'ended')
    return { type: 'missed', try: number, why: status === 'answered' ? 'hung-up' : 'no-answer', at };
  return null;
}

interface OnTheLine {
  readonly recipient: KeptRecipient;
  /** After the report was taken in. */
  readonly state: Recipient;
  readonly isRunning: boolean;
  readonly attempt: ClaimedCall;
}

/** What the carrier is told to do next. */
function replyTo({ event, digit }: CarrierReport, { recipient, state, isRunning, attempt }: OnTheLine): CarrierReply {
  const over: CarrierReply = { say: broadcastOver(recipient.told).zh, hangup: true };
  const isOpen = isRunning && state.line?.try === attempt.try;
  if (event === 'voicemail') return { hangup: true };
  if (event === 'answered' || event === 'ringing') return isOpen ? {} : over;
  if (event !== 'digit' || attempt.medium !== 'voice') return {};
  const word = wordOfKey(digit ?? '');
  if (word !== null && isRunning) return { say: wordTaken(recipient.told, word).zh, hangup: true };
  return isOpen ? { say: keyUnknown(recipient.told).zh, gather: { digits: 1 } } : over;
}

/** Whom a message from this telephone may be of: everybody whom a running broadcast has written to there. */
const askedAt = (db: Kysely<Database>, phone: string) =>
  db
    .selectFrom('broadcast_attempt')
    .innerJoin('broadcast', 'broadcast.id', 'broadcast_attempt.broadcast_id')
    .select(['broadcast_attempt.broadcast_id', 'broadcast_attempt.recipient'])
    .distinct()
    .where('broadcast_attempt.medium', '=', 'sms')
    .where('broadcast_attempt.phone', '=', phone)
    .where('broadcast.ended_at', 'is', null)
    .orderBy('broadcast_attempt.broadcast_id')
    .orderBy('broadcast_attempt.recipient')
    .execute();

/** PostgreSQL stores neither NUL nor half a surrogate pair in a text. */
const cleaned = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();
