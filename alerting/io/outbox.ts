import type { Kysely } from 'kysely';
import { hasCode } from '../../src/core/errors.ts';
import { SECOND, plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import { backOffMs } from '../../src/platform/back-off.ts';
import { unarmed } from '../../src/platform/arming.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Carrier } from '../channels/carrier.ts';
import type { Happening } from '../callout-event.ts';
import { PHRASES } from '../phrases.ts';
import type { Words } from '../policy.ts';
import { claim, claimedAgain, giveBack, handOver, holdAttempt, isStillWanted, markEnded } from './attempt-claim.ts';
import type { ClaimedAttempt } from './attempt-claim.ts';
import { calloutById, take } from './callout-book.ts';
import type { Tx } from './callout-book.ts';
import type { PolicyOf } from './desk-ports.ts';
import { whileHeld } from './held-lease.ts';

interface OutboxPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly carrier: Carrier;
  readonly policyOf: PolicyOf;
  readonly draw: () => number;
  /** The link by which one message can be answered; null: messages carry none. */
  readonly linkTo: ((attemptId: string) => string) | null;
  /** Told of what could not be written after a phone was asked for; the lease brings it back. */
  readonly failed: (error: unknown, attemptId: string) => void;
  /** How long a claim holds; longer than any request takes, 30 s at most. */
  readonly leaseMs?: DurationMs;
}

/** A carrier that does not answer so often stops nobody's ladder: the next rung is tried, and this one goes on being tried. */
const TRIES_BEFORE_STALLED = 3;
const AT_MOST_MS: DurationMs = 5 * SECOND;

export interface Outbox {
  /** Claims what is due, gravest first, and begins to perform it. Returns how many; none while the database is unarmed. */
  pass(): Promise<number>;
  /** Resolves when everything begun is done. */
  settled(): Promise<void>;
}

/**
 * Performs attempts: a claim by lease with a fencing number, one request under the attempt's id, the outcome.
 *
 *     queued -> claimed -> handed-over -> (reports) ringing -> answered -> ended
 *       ^          |
 *       +- carrier unreachable, or the lease ran out
 *
 *     cancelling -> (hung up) ended
 *
 * One phone that hangs holds up no other. An answer between the claim and the request cancels it; one during the request
 * is told as a race, and the phone is hung up at once.
 */
export function outbox({
  db,
  clock,
  carrier,
  policyOf,
  draw,
  linkTo,
  failed,
  leaseMs = 20 * SECOND,
}: OutboxPorts): Outbox {
  const running = new Set<Promise<void>>();
  /** Hang-ups under way by phone: a new call to it waits for them, else it finds the line engaged by ourselves. */
  const hangingUp = new Map<string, Promise<unknown>>();

  function begin(attempt: ClaimedAttempt, work: () => Promise<void>): Promise<void> {
    const done = whileHeld({ db, clock, leaseMs }, attempt, work).catch((error: unknown) => failed(error, attempt.id));
    running.add(done);
    return done.finally(() => running.delete(done));
  }

  async function hangUp(attempt: ClaimedAttempt): Promise<void> {
    // Never confirmed by the carrier: if it should ring all the same, its first report is told to hang up.
    if (attempt.carrier_ref !== null) {
      try {
        await carrier.hangUp(attempt.carrier_ref);
      } catch (error) {
        if (!hasCode(error, 'carrier/unreachable')) throw error;
        return giveBack(db, attempt, 'cancelling', await nextTry(attempt));
      }
    }
    await write((tx, at) => markEnded(tx, attempt, at));
  }

  async function place(attempt: ClaimedAttempt): Promise<void> {
    await hangingUp.get(attempt.phone);
    if (!(await isStillWanted(db, attempt))) return write((tx, at) => markEnded(tx, attempt, at));
    const request = { attemptId: attempt.id, to: attempt.phone, text: textOf(attempt) };
    try {
      const reference = await (attempt.medium === 'sms' ? carrier.message(request) : carrier.call(request));
      await handedOver(attempt, reference);
    } catch (error) {
      if (hasCode(error, 'carrier/refused'))
        return happened(attempt, { type: 'missed', attempt: attempt.number, outcome: 'failed' });
      if (!hasCode(error, 'carrier/unreachable')) throw error;
      await giveBack(db, attempt, 'queued', await nextTry(attempt));
      if (attempt.fence >= TRIES_BEFORE_STALLED) await happened(attempt, { type: 'stalled', attempt: attempt.number });
    }
  }

  /** The link is not part of what is kept of the message: whoever reads that must not be able to answer. */
  const textOf = ({ id, medium, say, code }: ClaimedAttempt): string => {
    const { zh } = say as Words;
    return medium === 'sms' && code !== '' && linkTo !== null ? `${zh}${PHRASES.zh.link(linkTo(id))}` : zh;
  };

  const nextTry = async ({ fence }: ClaimedAttempt): Promise<Instant> =>
    plus(await clock.read(db), backOffMs(fence - 1, SECOND, AT_MOST_MS));

  async function handedOver(attempt: ClaimedAttempt, reference: string): Promise<void> {
    const raced = await write((tx, at) => handOver(tx, attempt, reference, at));
    if (raced && attempt.medium === 'voice') await hangUpRaced(attempt, reference);
  }

  async function hangUpRaced(attempt: ClaimedAttempt, reference: string): Promise<void> {
    const again = await claimedAgain(db, clock, attempt, leaseMs);
    if (again !== undefined) await hangUp({ ...again, carrier_ref: reference });
  }

  const write = <T>(work: (tx: Tx, at: Instant) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (tx) => work(tx, await clock.read(tx)));

  const happened = (attempt: ClaimedAttempt, happening: Happening): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const callout = await calloutById(tx, attempt.callout_id);
      if (callout === undefined) return;
      await holdAttempt(tx, attempt);
      const at = await clock.read(tx);
      await take(tx, callout, happening, { at, draw, policyOf });
      if (happening.type === 'missed') await markEnded(tx, attempt, at);
    });

  return {
    async pass() {
      // Asked here too, and not by its callers alone: a copy must not call, whoever it is that passes.
      if ((await unarmed(db)) !== null) return 0;
      const now = await clock.read(db);
      const cancelled = await claim(db, ['cancelling'], now, leaseMs);
      for (const attempt of cancelled) {
        const done = begin(attempt, () => hangUp(attempt)).finally(() => {
          if (hangingUp.get(attempt.phone) === done) hangingUp.delete(attempt.phone);
        });
        hangingUp.set(attempt.phone, done);
      }
      const queued = await claim(db, ['queued', 'claimed'], now, leaseMs);
      for (const attempt of queued) void begin(attempt, () => place(attempt));
      return cancelled.length + queued.length;
    },

    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
