import type { Kysely } from 'kysely';
import { hasCode } from '../../src/core/errors.ts';
import { SECOND, plus } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';
import { backOffMs } from '../../src/platform/back-off.ts';
import { unarmed } from '../../src/platform/arming.ts';
import type { DatabaseClock } from '../../src/platform/clock.ts';
import type { Database } from '../../src/platform/database.ts';
import type { Happening } from '../callout-event.ts';
import type { CarrierRequest } from '../channels/carrier.ts';
import { carriersFor } from '../channels/named-carrier.ts';
import type { Carriers, NamedCarrier } from '../channels/named-carrier.ts';
import { PHRASES } from '../phrases.ts';
import { LINES } from '../policy.ts';
import type { Words } from '../policy.ts';
import type { Slots } from '../slots.ts';
import { askCarriers } from './ask-carriers.ts';
import type { Asked } from './ask-carriers.ts';
import {
  claim,
  claimSilent,
  claimedAgain,
  giveBack,
  handOver,
  holdAttempt,
  leaveWithCarrier,
  markEnded,
  tell,
} from './attempt-claim.ts';
import type { ClaimedAttempt } from './attempt-claim.ts';
import { calloutById, take } from './callout-book.ts';
import type { Tx } from './callout-book.ts';
import { endRequest, pastRequests } from './carrier-request.ts';
import type { PolicyOf } from './desk-ports.ts';
import { whileHeld } from './held-lease.ts';
import { announced, releaseRiders, waitingRiders } from './shared-line.ts';

interface OutboxPorts {
  readonly db: Kysely<Database>;
  readonly clock: DatabaseClock;
  readonly carriers: Carriers;
  readonly policyOf: PolicyOf;
  readonly draw: () => number;
  /** The link by which one message can be answered; null: messages carry none. */
  readonly linkTo: ((attemptId: string) => string) | null;
  /** Told of what could not be written after a phone was asked for; the lease brings it back. */
  readonly failed: (error: unknown, attemptId: string) => void;
  /** How long a claim holds; longer than any request takes, 30 s at most. */
  readonly leaseMs?: DurationMs;
}

/** Carriers that do not answer so often stop nobody's ladder: the next rung is tried, and this one goes on being tried. */
const TRIES_BEFORE_STALLED = 3;
const AT_MOST_MS: DurationMs = 5 * SECOND;
/**
 * Attempts between their claim and their carrier: twice the connections of the process that calls. The thousand of a storm at once
 * would each wait for all others at the database, and a red one that comes late for the yellow before it.
 */
const PREPARED_AT_ONCE = 20;
/** Attempts that one pass begins; where there are more the next follows at once. */
export const MOST_A_PASS = 200;

export interface Outbox {
  /**
   * Claims what is due, gravest first, and begins to perform it, few at a time. Returns how many; `MOST_A_PASS` or more: there may
   * be others. None while the database is unarmed.
   */
  pass(): Promise<number>;
  /** Resolves when everything begun is done. */
  settled(): Promise<void>;
}

/**
 * Performs attempts: a claim by lease with a fencing number, one request a carrier under the attempt's id, the outcome.
 *
 *     queued -> claimed -> handed-over -> (reports) ringing -> answered -> ended
 *       ^          |  ^          |
 *       |          |  +----------+ accepted, and no sign of life: the standby is asked
 *       +- no carrier of its medium can be reached, or the lease ran out
 *
 *     cancelling -> (hung up) ended
 *
 * One phone that hangs holds up no other. A carrier that fails is followed by the next of its medium at once. An answer
 * between the claim and the request cancels it; one during the request is told as a race, and the phone is hung up at once.
 * What several sites want of one number goes in one call, save red; the rest of it is at `shared-line.ts`.
 */
export function outbox({
  db,
  clock,
  carriers,
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

  const voices = carriersFor(carriers, 'voice');
  /** Whoever cannot be told during a call what to say next cannot speak for two. */
  const sharesLines = voices.length > 0 && voices.every(({ converses }) => converses === true);
  const askAll = askCarriers({ db, clock, carriers, requestOf, failed });

  const carrierNamed = (name: string | null, medium: string): NamedCarrier | undefined =>
    name === null ? carriersFor(carriers, medium)[0] : carriers.find((one) => one.name === name);

  async function hangUp(attempt: ClaimedAttempt): Promise<void> {
    // Never confirmed by the carrier: if it should ring all the same, its first report is told to hang up.
    if (attempt.carrier_ref !== null) {
      try {
        await carrierNamed(attempt.carrier, attempt.medium)?.carrier.hangUp(attempt.carrier_ref);
      } catch (error) {
        if (!hasCode(error, 'carrier/unreachable')) throw error;
        return giveBack(db, attempt, 'cancelling', await nextTry(attempt));
      }
    }
    await write((tx, at) => markEnded(tx, attempt, at));
    await alone(attempt);
  }

  /** What rides on this call has no line. */
  const alone = async ({ id }: ClaimedAttempt): Promise<void> => releaseRiders(db, id, await clock.read(db));

  async function place(attempt: ClaimedAttempt, prepared: () => void): Promise<void> {
    const hanging = hangingUp.get(attempt.phone);
    // That is a carrier, which may take its time.
    if (hanging !== undefined) prepared();
    await hanging;
    const asked = await askAll(attempt, prepared);
    if (asked.type !== 'taken' && asked.type !== 'leave') await alone(attempt);
    switch (asked.type) {
      case 'taken':
        return handedOver(attempt, asked);
      case 'unwanted':
        return write((tx, at) => markEnded(tx, attempt, at));
      case 'leave':
        return leaveWithCarrier(db, attempt);
      case 'wait':
        return wait(attempt);
      case 'give-up':
        return asked.why === 'no-carrier' ? wait(attempt) : giveUp(attempt, asked.why);
    }
  }

  /** Nobody is dropped for it: the ladder climbs at once. */
  async function giveUp(attempt: ClaimedAttempt, why: 'refused' | 'over-limit'): Promise<void> {
    if (why === 'over-limit') await write((tx, at) => tell(tx, attempt, 'carrier-failed', { carrier: null, why }, at));
    await happened(attempt, { type: 'missed', attempt: attempt.number, outcome: 'failed' });
  }

  async function wait(attempt: ClaimedAttempt): Promise<void> {
    await giveBack(db, attempt, 'queued', await nextTry(attempt));
    if (attempt.fence >= TRIES_BEFORE_STALLED) await happened(attempt, { type: 'stalled', attempt: attempt.number });
  }

  /** The link is not part of what is kept of the message: whoever reads that must not be able to answer. */
  async function requestOf({ id, phone, medium, say, code, slots }: ClaimedAttempt): Promise<CarrierRequest> {
    const { zh } = say as Words;
    const besides = medium === 'voice' && sharesLines ? announced(await waitingRiders(db, id)) : '';
    // What only tells something is not answered.
    const text = (medium === 'sms' || medium === 'mail') && code !== '' ? withLink(zh, id) : zh + besides;
    return { attemptId: id, to: phone, text, ...(slots !== null && { slots: slots as Slots }) };
  }

  function withLink(text: string, id: string): string {
    return linkTo === null ? text : `${text}${PHRASES.zh.link(linkTo(id))}`;
  }

  const nextTry = async ({ fence }: ClaimedAttempt): Promise<Instant> =>
    plus(await clock.read(db), backOffMs(fence - 1, SECOND, AT_MOST_MS));

  async function handedOver(
    attempt: ClaimedAttempt,
    { by, request, reference }: Extract<Asked, { type: 'taken' }>,
  ): Promise<void> {
    const standsBy = attempt.medium !== 'siren' && carriersFor(carriers, attempt.medium).length > 1;
    const how = await write(async (tx, at) => {
      const silentAt = standsBy ? plus(at, by.silentAfterMs) : null;
      const takenBy = { carrier: by.name, reference, silentAt };
      const taken = await handOver(tx, attempt, takenBy, at);
      await endRequest(tx, request, 'accepted', reference);
      return taken;
    });
    if (!LINES.includes(attempt.medium)) return;
    if (how === 'raced') await hangUpRaced(attempt, reference);
    if (how === 'beside') await letGo(by, reference, attempt);
    const before = carrierNamed(attempt.carrier, attempt.medium);
    if (how === 'taken' && attempt.carrier_ref !== null && before !== undefined && before !== by)
      await letGo(before, attempt.carrier_ref, attempt);
  }

  /** Two carriers must not ring one phone: if this one cannot be told, its first report is. */
  const letGo = (by: NamedCarrier, reference: string, { id }: ClaimedAttempt): Promise<void> =>
    by.carrier.hangUp(reference).catch((error: unknown) => {
      if (!hasCode(error, 'carrier/unreachable')) failed(error, id);
    });

  async function hangUpRaced(attempt: ClaimedAttempt, reference: string): Promise<void> {
    const again = await claimedAgain(db, clock, attempt, leaseMs);
    if (again !== undefined) await hangUp({ ...again, carrier_ref: reference });
  }

  async function passOn(attempt: ClaimedAttempt): Promise<void> {
    const past = await pastRequests(db, attempt);
    const silent = past.findLast(({ outcome, carrier }) => outcome === 'accepted' && carrier === attempt.carrier);
    if (silent !== undefined)
      await write(async (tx, at) => {
        await endRequest(tx, silent.id, 'silent');
        await tell(tx, attempt, 'carrier-failed', { carrier: silent.carrier, why: 'silent' }, at);
      });
    await place(attempt, () => {});
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

  async function hangUpCancelled(): Promise<number> {
    const { attempts } = await claim(db, ['cancelling'], await clock.read(db), { leaseMs, most: MOST_A_PASS });
    for (const attempt of attempts) {
      const done = begin(attempt, () => hangUp(attempt)).finally(() => {
        if (hangingUp.get(attempt.phone) === done) hangingUp.delete(attempt.phone);
      });
      hangingUp.set(attempt.phone, done);
    }
    return attempts.length;
  }

  async function placeDue(): Promise<number> {
    let begun = 0;
    let isMore = true;
    while (isMore && begun < MOST_A_PASS) {
      const now = await clock.read(db);
      const { attempts, isFull } = await claim(db, ['queued', 'claimed'], now, {
        leaseMs,
        most: PREPARED_AT_ONCE,
        sharesLines,
      });
      // What is hung up for one of these was decided with it, and maybe since this pass looked: it goes first, else he is engaged.
      if (attempts.length > 0) await hangUpCancelled();
      await Promise.all(attempts.map(prepare));
      begun += attempts.length;
      isMore = isFull;
    }
    return begun;
  }

  /** Begins it; resolves when a carrier is being asked, or nobody has to be. */
  const prepare = (attempt: ClaimedAttempt): Promise<void> =>
    new Promise((resolve) => {
      void begin(attempt, () => place(attempt, resolve)).finally(resolve);
    });

  return {
    async pass() {
      // Asked here too, and not by its callers alone: a copy must not call, whoever it is that passes.
      if ((await unarmed(db)) !== null) return 0;
      const begun = await hangUpCancelled();
      const now = await clock.read(db);
      const silent = await claimSilent(db, now, leaseMs);
      for (const attempt of silent) void begin(attempt, () => passOn(attempt));
      return begun + silent.length + (await placeDue());
    },

    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
