import { answeredOnScreen, digitPressed, replied } from './answer.ts';
import type { Attempt, Callout } from './callout.ts';
import type { CalloutEvent, Effect, Note } from './callout-event.ts';
import { patch, tell, unchanged } from './change.ts';
import type { Change, Moment } from './change.ts';
import { missed, stalled, timePassed } from './climb.ts';
import { cancel, oldMessage, pickedUp } from './dial.ts';
import { drillEnded } from './drill.ts';
import { said } from './menu.ts';
import { blinded, levelChanged, sighted, systemFault } from './news.ts';
import type { CalloutPolicy } from './policy.ts';
import { announceDue, tellAll } from './notice.ts';
import { isOver, refusesRelease } from './release.ts';
import { reportLowered, reportRaised } from './report.ts';
import { headCounted, orderDone } from './response.ts';
import { respondedOnScreen } from './screen-response.ts';
import { responsesDue, withWrongNumbers, withdrawn } from './unanswered-again.ts';

export interface Transition {
  /** `null`: there is nothing to call for, and no callout is opened. */
  readonly next: Callout | null;
  readonly effects: readonly Effect[];
  readonly notes: readonly Note[];
}

/** A callout in which nothing has happened. */
export const EMPTY: Callout = {
  phase: 'calling',
  runs: [],
  attempts: [],
  answers: [],
  news: [],
  covered: {},
  visibilitySeen: 0,
};

/**
 * Calls people, rung by rung and round by round, until those have answered who may.
 *
 *     (none) --level or report that is called, system fault--> calling --every run answered--> answered --a response--> responding
 *                                                      ^                                |                        |
 *       graver level, news, no response in time, -----+-----------------------------------+------------------------+
 *       "I cannot", order not done in time                                               a person, after inspection --> released
 *
 * - `calling`: every open run has a deadline at which its next rung is tried, without end. People of a rung are called as often
 *   as it says, and once more with the next; one with nothing left to try climbs at once, except from the last of a round.
 * - A rise adds runs beside those that are being climbed: it moves no deadline and takes no answer back.
 * - An answer counts for the level that was spoken and what is milder, by the duty of the person, and never for news he was not told.
 * - `released` is the end: nothing happens any more. An event delivered twice or late changes nothing.
 */
export function step(policy: CalloutPolicy, state: Callout | null, event: CalloutEvent): Transition {
  if (state?.phase === 'released') return { next: state, effects: [], notes: [] };
  const moment = withWrongNumbers({ policy, at: event.at, seed: event.seed }, state ?? EMPTY);
  const taken = take(moment, unchanged(state ?? EMPTY), event);
  const { callout, effects, notes } = clearTold(moment, state ?? EMPTY, event, taken);
  return { next: callout.runs.length === 0 ? null : callout, effects, notes };
}

/** That nothing stands any more is told to all who were called, by message; it ends nothing. */
function clearTold(moment: Moment, before: Callout, event: CalloutEvent, change: Change): Change {
  const { policy } = moment;
  const { callout } = change;
  if (callout.news.length > before.news.length)
    return callout.clearTold === true ? patch(change, { clearTold: false }) : change;
  // What people are not called for any more has not fallen back.
  if (event.type === 'level-changed' && !(event.verified && event.guarded)) return change;
  const fellBack = callout.phase !== 'released' && isOver(policy, callout) && !isOver(policy, before);
  if (!fellBack || callout.clearTold === true) return change;
  return patch(tellAll(moment, change, 'cleared'), { clearTold: true });
}

function take(moment: Moment, change: Change, event: CalloutEvent): Change {
  switch (event.type) {
    case 'level-changed':
      return levelChanged(moment, change, event);
    case 'blinded':
      return blinded(moment, change, event);
    case 'sighted':
      return sighted(change, event);
    case 'reported':
      return reportRaised(moment, change, event);
    case 'report-lowered':
      return reportLowered(change, event);
    case 'system-fault':
      return systemFault(moment, change, event);
    case 'time-passed':
      return announceDue(moment, dueTaken(moment, change));
    case 'responded':
      return respondedOnScreen(moment, change, event);
    case 'declined-on-screen':
      return withdrawn(moment, change, 'declined', event.contactId, null);
    case 'head-counted':
      return headCounted(moment, change, event);
    case 'order-done':
      return orderDone(moment, change, event);
    case 'answered-on-screen':
      return answeredOnScreen(moment, change, event.contactId);
    case 'released':
      return released(moment, change, event);
    case 'drill-ended':
      return drillEnded(moment, change, event);
    case 'picked-up':
    case 'missed':
    case 'stalled':
    case 'digit':
    case 'replied':
    case 'said':
      return phoneSaid(moment, change, event);
  }
}

const dueTaken = (moment: Moment, change: Change): Change =>
  responsesDue(moment, change.callout.phase === 'calling' ? timePassed(moment, change) : change);

type PhoneEvent = Extract<CalloutEvent, { readonly attempt: number }>;

function phoneSaid(moment: Moment, change: Change, event: PhoneEvent): Change {
  const attempt =
    change.callout.attempts.find(({ number }) => number === event.attempt) ?? remembered(change.callout, event);
  if (attempt === undefined) return change;
  switch (event.type) {
    case 'picked-up':
      return pickedUp(moment, change, attempt);
    case 'missed':
      return missed(moment, change, attempt, event.outcome);
    case 'stalled':
      return stalled(moment, change, attempt);
    case 'digit':
      return digitPressed(moment, change, attempt, event.digit);
    case 'replied':
      return replied(moment, change, attempt, event.text);
    case 'said':
      return said(moment, change, attempt, event.what);
  }
}

/** A message so old that it was forgotten still finds its answer. */
const remembered = (callout: Callout, event: PhoneEvent): Attempt | undefined =>
  (event.type === 'replied' || event.type === 'said') && event.message !== undefined
    ? oldMessage(callout, event.attempt, event.message)
    : undefined;

function released(moment: Moment, change: Change, event: Extract<CalloutEvent, { type: 'released' }>): Change {
  if (change.callout.runs.length === 0 || refusesRelease(moment.policy, change.callout, event) !== null) return change;
  const { by, note, inspection = null, openOrders = null } = event;
  const open = change.callout.attempts.filter((attempt) => attempt.open);
  const silent = open.reduce((next, attempt) => cancel(next, attempt, 'released'), change);
  const over = tell(patch(silent, { phase: 'released' }), 'released', { by, note, inspection, openOrders });
  return tellAll(moment, over, 'released');
}
