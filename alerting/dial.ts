import { gravest, rank } from '../src/core/level.ts';
import type { WarningLevel } from '../src/core/level.ts';
import { MINUTE, SECOND, instant, plus } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import type { Attempt, Callout } from './callout.ts';
import type { Message } from './callout-event.ts';
import { act, factsOf, isOpen, patch, patchAttempt, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { drawCode } from './code.ts';
import { contactOf, maySettle } from './ladder.ts';
import { attemptText } from './message.ts';
import { lineFrom } from './phones.ts';
import type { Medium } from './policy.ts';
import { dutiesOf } from './present-roster.ts';

/** How long somebody who has picked up is left to listen before the same phone would be rung anew. */
export const LISTEN_MS = MINUTE;
/** How long after the right key the line is taken for engaged: the read-back is spoken. */
const READ_BACK_MS = 15 * SECOND;
/** Closed attempts that a late digit can still find; the table keeps them all. */
const KEPT_ATTEMPTS = 200;

interface Wanted {
  readonly contactId: string;
  readonly medium: Medium;
  /** Which of the person's numbers; the first that may be called where it is absent. */
  readonly line?: number;
  /** What the call carries. */
  readonly runs: readonly number[];
  readonly sharedUntil: Instant;
}

/**
 * Rings one person, once, at the gravest level that is open and his to settle.
 * A call to him that is at least as grave, and not stale, is shared; a milder or stale one is hung up for this one.
 */
export function dial(moment: Moment, change: Change, wanted: Wanted): Change {
  const { callout } = change;
  const contact = contactOf(moment.policy, wanted.contactId);
  const line = wanted.line ?? (contact && lineFrom(moment.policy, contact));
  if (line === undefined) return change;
  const level = levelFor(moment, callout, wanted);
  const ringing = callout.attempts.filter((attempt) => attempt.open && isSamePhone(attempt, wanted));
  const told = Math.max(...wanted.runs.map((run) => callout.runs[run]?.news ?? 0));
  const shared = ringing.find((attempt) => isShareable(attempt, level, told, moment.at));
  const quiet = forgetRedials(change, wanted);
  return shared === undefined
    ? ring(moment, quiet, { ...wanted, line, level, replaced: ringing })
    : share(quiet, wanted, shared);
}

const isSamePhone = (attempt: Attempt, { contactId, medium }: Wanted): boolean =>
  attempt.contactId === contactId && attempt.medium === medium;

/** A call that does not tell the news is shared only with somebody who is listening: he is rung again afterwards. */
const isShareable = (attempt: Attempt, level: WarningLevel, told: number, at: Instant): boolean =>
  rank(attempt.level) >= rank(level) && at < attempt.sharedUntil && (attempt.told >= told || attempt.pickedUp);

function levelFor({ policy }: Moment, callout: Callout, { contactId, runs }: Wanted): WarningLevel {
  const duties = dutiesOf(policy, contactId);
  const open = callout.runs.filter((run, i) => run.answered === null && (runs.includes(i) || maySettle(run, duties)));
  const level = gravest(open.map((run) => run.level));
  return level === 'normal' ? 'blue' : level;
}

const share = (change: Change, { runs }: Wanted, shared: Attempt): Change =>
  patchAttempt(change, shared.number, { runs: [...new Set([...shared.runs, ...runs])] });

interface Ring extends Wanted {
  readonly confirms?: true;
  readonly failed?: readonly string[];
  readonly line: number;
  readonly level: WarningLevel;
  /** Calls to the same person that this one takes the place of. */
  readonly replaced: readonly Attempt[];
}

/** Rings one phone in place of others. */
export function ring(moment: Moment, change: Change, { replaced, line, level, ...wanted }: Ring): Change {
  const { callout } = change;
  const { contactId, medium, sharedUntil } = wanted;
  const number = (callout.attempts.at(-1)?.number ?? 0) + 1;
  const inherited = replaced.flatMap(({ runs }) => runs).filter((run) => isOpen(callout, run));
  const taken = callout.attempts.filter((other) => other.medium === medium).map(({ code }) => code);
  const attempt: Attempt = {
    number,
    runs: [...new Set([...wanted.runs, ...inherited])],
    contactId,
    medium,
    ...(line > 0 && { line }),
    ...(wanted.confirms === true && { confirms: true }),
    ...(wanted.failed !== undefined && { failed: wanted.failed }),
    level,
    code: drawCode(medium, moment.seed, number, taken),
    told: callout.news.length,
    wrongDigits: 0,
    open: true,
    confirmed: false,
    pickedUp: false,
    sharedUntil,
    redialAt: null,
  };
  const hungUp = replaced.reduce(
    (next, old) => cancel(next, old, 'superseded'),
    medium === 'voice' ? endMenus(change, contactId) : change,
  );
  const placed = patch(hungUp, { attempts: keep([...hungUp.callout.attempts, attempt]) });
  const say = attemptText(moment.policy, placed.callout, attempt);
  const { code } = attempt;
  const notBefore = medium === 'voice' ? offTheLine(callout, contactId, moment.at) : null;
  const later = notBefore === null ? {} : { notBefore };
  const queued = act(placed, { type: 'contact', attempt: number, contactId, medium, line, level, code, say, ...later });
  return tell(queued, 'attempt-queued', { ...factsOf(attempt), status: 'queued' });
}

/** When somebody who has just pressed the right key has heard the read-back and hung up; `null`: his line is free. */
function offTheLine({ attempts }: Callout, contactId: string, at: Instant): Instant | null {
  const confirmed = attempts.flatMap((one) =>
    one.contactId === contactId && one.medium === 'voice' ? (one.confirmedAt ?? []) : [],
  );
  const free = plus(instant(Math.max(0, ...confirmed)), READ_BACK_MS);
  return free > at ? free : null;
}

/** Whoever still listens to what he may say is hung up: he is about to be rung anew. */
const endMenus = (change: Change, contactId: string): Change =>
  change.callout.attempts.reduce((next, attempt) => {
    const { number, medium, menu = 'over' } = attempt;
    if (attempt.contactId !== contactId || medium !== 'voice' || menu === 'over') return next;
    return act(patchAttempt(next, number, { menu: 'over' }), { type: 'cancel', attempt: number, why: 'freed' });
  }, change);

export const keep = (attempts: readonly Attempt[]): readonly Attempt[] =>
  attempts.filter((attempt, i) => attempt.open || attempt.redialAt !== null || i >= attempts.length - KEPT_ATTEMPTS);

/**
 * A message that is no longer kept, as far as an answer to it needs. What it told follows from its number. Guesses tell
 * against every message: it has suffered at least as many as the oldest that is kept.
 */
export function oldMessage({ attempts, answers, news }: Callout, number: number, message: Message): Attempt {
  const oldest = attempts.find(({ medium, contactId }) => medium === 'sms' && contactId === message.contactId);
  return {
    ...message,
    number,
    medium: 'sms',
    runs: [],
    told: news.findLast(({ after }) => after < number)?.number ?? 0,
    wrongDigits: oldest?.wrongDigits ?? 0,
    open: false,
    confirmed: answers.some(({ attempt }) => attempt === number),
    menu: 'asked',
    pickedUp: false,
    sharedUntil: instant(0),
    redialAt: null,
  };
}

const forgetRedials = (change: Change, wanted: Wanted): Change =>
  patch(change, {
    attempts: change.callout.attempts.map((attempt) =>
      attempt.redialAt !== null && isSamePhone(attempt, wanted) ? { ...attempt, redialAt: null } : attempt,
    ),
  });

/** Hangs up, or keeps a call from being made. */
export function cancel(change: Change, attempt: Attempt, why: 'answered' | 'superseded' | 'released'): Change {
  const closed = patchAttempt(change, attempt.number, { open: false, redialAt: null });
  const told = tell(closed, 'attempt-status', { ...factsOf(attempt), status: 'cancelling', why });
  return act(told, { type: 'cancel', attempt: attempt.number, why });
}

/** The person took the phone off the hook: he is given time to listen. That is no answer. */
export function pickedUp(moment: Moment, change: Change, attempt: Attempt): Change {
  if (!attempt.open || attempt.pickedUp) return change;
  const until = Math.max(attempt.sharedUntil, plus(moment.at, LISTEN_MS)) as Instant;
  return patchAttempt(change, attempt.number, { pickedUp: true, sharedUntil: until });
}
