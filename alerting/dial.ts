import { gravest, rank } from '../src/core/level.ts';
import type { WarningLevel } from '../src/core/level.ts';
import { MINUTE, instant, plus } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import type { Attempt, Callout, Run } from './callout.ts';
import type { Message, Miss } from './callout-event.ts';
import { act, factsOf, isOpen, patch, patchAttempt, patchRun, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { drawCode } from './code.ts';
import { contactOf, maySettle } from './ladder.ts';
import { attemptText } from './message.ts';
import type { Medium, Rung } from './policy.ts';

/** How long somebody who has picked up is left to listen before the same phone would be rung anew. */
const LISTEN_MS = MINUTE;
/** Closed attempts that a late digit can still find; the table keeps them all. */
const KEPT_ATTEMPTS = 200;

interface Wanted {
  readonly contactId: string;
  readonly medium: Medium;
  /** What the call carries. */
  readonly runs: readonly number[];
  /** Those of them whose present rung it is. */
  readonly present: readonly number[];
  readonly sharedUntil: Instant;
}

/** Tries the next rung of a run. However late it is, one rung and not the ones that were slept through. */
export function climb(moment: Moment, change: Change, index: number): Change {
  const run = change.callout.runs[index];
  if (run === undefined || run.answered !== null) return change;
  const { rung, tried } = nextRung(moment, run);
  const deadline = plus(moment.at, rung.answerWithinMs);
  const climbed = patchRun(change, index, { tried, deadline });
  return dial(moment, climbed, { ...rung, runs: [index], present: [index], sharedUntil: deadline });
}

/** The next rung with somebody on it: one whose contact is not on record is stepped over at once. */
function nextRung({ policy }: Moment, { rungs, tried }: Run): { readonly rung: Rung; readonly tried: number } {
  for (let i = 0; i < rungs.length; i++) {
    const rung = rungs[(tried + i) % rungs.length];
    if (rung !== undefined && contactOf(policy, rung.contactId) !== undefined) return { rung, tried: tried + i + 1 };
  }
  return { rung: rungs[0], tried: tried + 1 };
}

/**
 * Rings one person, once, at the gravest level that is open and his to settle.
 * A call to him that is at least as grave, and not stale, is shared; a milder or stale one is hung up for this one.
 */
export function dial(moment: Moment, change: Change, wanted: Wanted): Change {
  const { callout } = change;
  if (contactOf(moment.policy, wanted.contactId) === undefined) return change;
  const level = levelFor(moment, callout, wanted);
  const ringing = callout.attempts.filter((attempt) => attempt.open && isSamePhone(attempt, wanted));
  const told = Math.max(...wanted.runs.map((run) => callout.runs[run]?.news ?? 0));
  const shared = ringing.find((attempt) => isShareable(attempt, level, told, moment.at));
  const quiet = forgetRedials(change, wanted);
  return shared === undefined ? ring(moment, quiet, wanted, level, ringing) : share(quiet, wanted, shared);
}

const isSamePhone = (attempt: Attempt, { contactId, medium }: Wanted): boolean =>
  attempt.contactId === contactId && attempt.medium === medium;

/** A call that does not tell the news is shared only with somebody who is listening: he is rung again afterwards. */
const isShareable = (attempt: Attempt, level: WarningLevel, told: number, at: Instant): boolean =>
  rank(attempt.level) >= rank(level) && at < attempt.sharedUntil && (attempt.told >= told || attempt.pickedUp);

function levelFor({ policy }: Moment, callout: Callout, { contactId, runs }: Wanted): WarningLevel {
  const duty = contactOf(policy, contactId)?.duty;
  const open = callout.runs.filter((run, i) => run.answered === null && (runs.includes(i) || maySettle(run, duty)));
  const level = gravest(open.map((run) => run.level));
  return level === 'normal' ? 'blue' : level;
}

function share(change: Change, { runs, present }: Wanted, shared: Attempt): Change {
  const carrying = patchAttempt(change, shared.number, { runs: [...new Set([...shared.runs, ...runs])] });
  return present.reduce((next, run) => patchRun(next, run, { present: shared.number }), carrying);
}

function ring(
  moment: Moment,
  change: Change,
  wanted: Wanted,
  level: WarningLevel,
  replaced: readonly Attempt[],
): Change {
  const { callout } = change;
  const number = (callout.attempts.at(-1)?.number ?? 0) + 1;
  const inherited = replaced.flatMap(({ runs }) => runs).filter((run) => isOpen(callout, run));
  const taken = callout.attempts.filter(({ medium }) => medium === wanted.medium).map(({ code }) => code);
  const attempt: Attempt = {
    number,
    runs: [...new Set([...wanted.runs, ...inherited])],
    contactId: wanted.contactId,
    medium: wanted.medium,
    level,
    code: drawCode(wanted.medium, moment.seed, number, taken),
    told: callout.news.length,
    wrongDigits: 0,
    open: true,
    confirmed: false,
    pickedUp: false,
    sharedUntil: wanted.sharedUntil,
    redialAt: null,
  };
  const numbers = replaced.map((old) => old.number);
  const runs = callout.runs.map((run, i) =>
    wanted.present.includes(i) || (run.answered === null && numbers.includes(run.present))
      ? { ...run, present: number }
      : run,
  );
  const hungUp = replaced.reduce((next, old) => cancel(next, old, 'superseded'), change);
  const placed = patch(hungUp, { runs, attempts: kept([...hungUp.callout.attempts, attempt]) });
  const { contactId, medium, code } = attempt;
  const say = attemptText(moment.policy, placed.callout, attempt);
  const queued = act(placed, { type: 'contact', attempt: number, contactId, medium, level, code, say });
  return tell(queued, 'attempt-queued', { ...factsOf(attempt), status: 'queued' });
}

const kept = (attempts: readonly Attempt[]): readonly Attempt[] =>
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

/** Nobody was reached: the runs that waited for this phone climb, save from the last rung of a round. */
export function missed(moment: Moment, change: Change, attempt: Attempt, outcome: Miss): Change {
  if (!attempt.open) return change;
  const closed = patchAttempt(change, attempt.number, { open: false });
  const told = tell(closed, 'attempt-status', { ...factsOf(attempt), status: 'ended', outcome });
  const done = act(told, { type: 'close', attempt: attempt.number, outcome });
  return leave(moment, done, [attempt.number]);
}

/**
 * Climbs every open run whose present rung hangs on one of these attempts, gravest first.
 * From the last rung of a round it waits for the deadline instead: a dead carrier must not make the ladder spin.
 */
export function leave(moment: Moment, change: Change, attempts: readonly number[]): Change {
  return gravestFirst(change.callout).reduce((next, index) => {
    const run = next.callout.runs[index];
    if (run === undefined || run.answered !== null || !attempts.includes(run.present)) return next;
    return run.tried % run.rungs.length === 0 ? next : climb(moment, next, index);
  }, change);
}

/** Indices of the runs, gravest first: who is wanted by two is rung for the graver. */
const gravestFirst = ({ runs }: Callout): readonly number[] =>
  [...runs.keys()].sort((a, b) => rank(runs[b]?.level ?? 'normal') - rank(runs[a]?.level ?? 'normal') || a - b);

/** Takes what is due: a rung of every run whose deadline has come, then redials after wrong digits. */
export function timePassed(moment: Moment, change: Change): Change {
  const climbed = gravestFirst(change.callout).reduce((next, index) => {
    const run = next.callout.runs[index];
    return run !== undefined && run.answered === null && run.deadline <= moment.at ? climb(moment, next, index) : next;
  }, change);
  return climbed.callout.attempts.reduce(redial, climbed);

  function redial(next: Change, { number }: Attempt): Change {
    const attempt = next.callout.attempts.find((one) => one.number === number);
    if (attempt === undefined || attempt.redialAt === null || attempt.redialAt > moment.at) return next;
    const runs = attempt.runs.filter((run) => isOpen(next.callout, run));
    const { contactId, medium } = attempt;
    const due = patchAttempt(next, number, { redialAt: null });
    if (runs.length === 0) return due;
    const present = runs.filter((run) => next.callout.runs[run]?.present === number);
    const told = tell(due, 'redial', factsOf(attempt));
    return dial(moment, told, { contactId, medium, runs, present, sharedUntil: plus(moment.at, LISTEN_MS) });
  }
}
