import { AppError } from '../../src/core/errors.ts';
import type { Callout } from '../callout.ts';
import type { ReleaseReasons, Said } from '../callout-event.ts';
import type { CarrierReply, CarrierReport } from '../carrier-report.ts';
import { refusesRelease } from '../release.ts';
import type { ReleaseRefusal } from '../release.ts';
import { calloutById, take } from './callout-book.ts';
import { attemptNamed } from './attempt-names.ts';
import { carrierInbox } from './carrier-inbox.ts';
import type { DeskPorts } from './desk-ports.ts';
import { dueDesk } from './due-desk.ts';
import { linkAnswer } from './link-answer.ts';
import { logDesk } from './log-desk.ts';
import { responseDesk } from './response-desk.ts';
import type { ResponseDesk, WithCallout } from './response-desk.ts';

/** Everything that can happen to callouts. Each call is a transaction; many processes may make them. */
export interface CalloutDesk extends ResponseDesk {
  /** Takes in what the judge logged. Returns how many rows. */
  followLevelChanges(): Promise<number>;
  followVisibility(): Promise<number>;
  /** Takes in what was reported besides measured levels. */
  followReports(): Promise<number>;
  /** Keeps what came too late to be judged until its backlog has ended. */
  followLate(): Promise<number>;
  /**
   * Climbs what is due, one rung each. Returns how many callouts. A callout that fails stops no other; its error is thrown
   * at the end. One that fails three times in a row, not for what time mends, makes way for a fresh red one.
   */
  takeDue(): Promise<number>;
  /** Takes a carrier's report; the same one again gets the same reply. Throws `attempt/not-found`. */
  report(attemptId: string, report: CarrierReport, from?: string): Promise<CarrierReply>;
  /** The attempt that a carrier has this name for, also of a broadcast or of a call that proves a number. Throws `attempt/not-found`. */
  attemptOf(carrier: string, reference: string, begins?: string): Promise<string>;
  /** Takes a text message; `null` when it answers nothing. */
  reply(from: string, text: string, reportId: string): Promise<CarrierReply | null>;
  /** Takes a press on the link of a text message as a reply to it. Throws `attempt/not-found`, `callout/already-released`. */
  answerByLink(attemptId: string): Promise<void>;
  /** Takes what is said by the link after the answer. Throws as `answerByLink` does. */
  sayByLink(attemptId: string, what: Said): Promise<void>;
  /** Throws `callout/not-found`, `callout/already-released`. */
  answerOnScreen(calloutId: string, contactId: string): Promise<Callout>;
  /**
   * Throws `callout/not-found`, `callout/level-stands`, `callout/not-answered`, `callout/already-released`,
   * `callout/orders-open`, `callout/not-inspected`, `request/invalid` without a note.
   */
  release(calloutId: string, who: string, note: string, more?: ReleaseReasons): Promise<Callout>;
}

const REFUSALS: Readonly<Record<ReleaseRefusal, string>> = {
  'already-released': 'the callout is closed',
  'not-answered': 'the callout is not answered yet: it cannot be closed',
  'orders-open': 'something was ordered that is not done: it is closed only with a reason for that',
  'not-inspected': 'an orange or red callout is closed after an inspection: who looked, and what was found',
  'level-stands': 'a level that people are called for still stands: the callout cannot be closed',
};

/** The desk at which callouts are kept: the shell around `step`. Locks are taken in the order position, callout, attempt, log. */
export function calloutDesk(ports: DeskPorts): CalloutDesk {
  const { db, clock, policyOf, draw } = ports;

  const withCallout: WithCallout = (id, work) =>
    db.transaction().execute(async (tx) => {
      const callout = await calloutById(tx, id);
      if (callout === undefined) throw new AppError('callout/not-found', 'there is no such callout');
      if (callout.state.phase === 'released')
        throw new AppError('callout/already-released', REFUSALS['already-released']);
      return (await work(tx, callout)) ?? callout.state;
    });

  return {
    ...logDesk(ports),
    ...carrierInbox(ports),
    attemptOf: (carrier, reference, begins) =>
      attemptNamed(db, { carrier, reference, ...(begins !== undefined && { begins }) }),
    ...dueDesk(ports),
    ...linkAnswer(ports),
    ...responseDesk(ports, withCallout),

    answerOnScreen: (calloutId, contactId) =>
      withCallout(calloutId, async (tx, callout) =>
        take(tx, callout, { type: 'answered-on-screen', contactId }, { at: await clock.read(tx), draw, policyOf }),
      ),

    release: (calloutId, who, note, more = {}) =>
      withCallout(calloutId, async (tx, callout) => {
        if (note.trim() === '') throw new AppError('request/invalid', 'a callout is closed with a note');
        const refused = refusesRelease(callout.policy, callout.state, more);
        if (refused !== null) throw new AppError(`callout/${refused}`, REFUSALS[refused]);
        return take(
          tx,
          callout,
          { type: 'released', by: who, note, ...more },
          { at: await clock.read(tx), draw, policyOf },
        );
      }),
  };
}
