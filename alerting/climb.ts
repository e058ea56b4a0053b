import { rank } from '../src/core/level.ts';
import { instant, plus } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import type { Attempt, Callout, Ringing, Run } from './callout.ts';
import type { Miss } from './callout-event.ts';
import { withOtherPath } from './carrier-faults.ts';
import { act, factsOf, isOpen, patchAttempt, patchRun, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { LISTEN_MS, dial } from './dial.ts';
import { contactOf } from './ladder.ts';
import { tellFailed } from './notice.ts';
import { nextRung } from './next-rung.ts';
import { heldUntil } from './quiet-hours.ts';
import { lineFrom } from './phones.ts';
import type { Medium, Rung } from './policy.ts';
import { rungOf } from './rung.ts';

/** Tries the next rung of a run, after quiet hours where it waits for them. However late it is, one rung and not the ones that were slept through. */
export function climb(moment: Moment, change: Change, index: number): Change {
  const run = change.callout.runs[index];
  if (run === undefined || run.answered !== null) return change;
  const { at } = moment;
  const quiet = heldUntil(moment, change.callout, index);
  if (quiet !== null)
    return tell(patchRun(change, index, { deadline: quiet }), 'quiet-hours', { level: run.level, until: quiet });
  const { rung, tried, people, gaps } = nextRung(moment, run);
  const begun: Ringing = {
    rung: (tried - 1) % run.rungs.length,
    tried,
    people,
    done: [],
    made: 1,
    lastAt: at,
    nextAt: rung.attempts > 1 ? plus(at, rung.attemptEveryMs) : null,
  };
  const below = (run.ringing ?? []).filter(({ rung: other }) => other !== begun.rung);
  const ringing = [...below.map((one) => ringsOn(run, one, at)), begun];
  const climbed = patchRun(change, index, { tried, deadline: plus(at, rung.answerWithinMs), ringing });
  const told = gaps.reduce((next, facts) => tell(next, 'duty-gap', { level: run.level, ...facts }), climbed);
  return call(moment, failedBy(moment, told, run, tried), { index, rung, people });
}

/** The rung that is left goes on calling while the next is tried; one below it only until it has made its own calls. */
function ringsOn(run: Run, ringing: Ringing, at: Instant): Ringing {
  const { attempts, attemptEveryMs } = rungAt(run, ringing.rung);
  const isLeftNow = ringing.tried === run.tried;
  if (isLeftNow && attempts > 1 && ringing.nextAt === null)
    return { ...ringing, nextAt: instant(Math.max(at, plus(ringing.lastAt, attemptEveryMs))) };
  return isLeftNow || ringing.made < attempts ? ringing : { ...ringing, nextAt: null };
}

const rungAt = (run: Run, index: number): Rung => rungOf(run.rungs[index] ?? run.rungs[0]);

/** Says, at the end of as many rounds as a ladder has, on record and to those who can send somebody, who has to be sought at his door. It goes on calling all the same. */
function failedBy(moment: Moment, change: Change, run: Run, tried: number): Change {
  const rounds = Math.floor((tried - 1) / run.rungs.length);
  const isNewRound = rounds > Math.floor((run.tried - 1) / run.rungs.length) && run.tried > 0;
  if (run.giveUpAfterRounds === undefined || !isNewRound || rounds % run.giveUpAfterRounds !== 0) return change;
  const people = new Set((run.ringing ?? []).flatMap((ringing) => ringing.people));
  const unreached = [...people].filter((contactId) => !(run.heard ?? []).includes(contactId));
  const failed = tell(change, 'call-failed', { level: run.level, rounds, unreached });
  return tellFailed(moment, failed, run.level, unreached);
}

interface Called {
  readonly index: number;
  readonly rung: Rung;
  readonly people: readonly string[];
}

/** Calls people of a rung by all its media, and by the other one where a medium is known to be dead. */
function call(moment: Moment, change: Change, { index, rung, people }: Called): Change {
  const media = withOtherPath(rung.media, change.callout.reports);
  return people.reduce(
    (next, contactId) => media.reduce((own, medium) => dial(moment, own, wanted(contactId, medium)), next),
    change,
  );

  function wanted(contactId: string, medium: Medium) {
    const isCall = medium === 'voice' && rung.attempts > 1;
    const lasts = isCall ? Math.min(rung.answerWithinMs, rung.attemptEveryMs) : rung.answerWithinMs;
    return { contactId, medium, runs: [index], sharedUntil: plus(moment.at, lasts) };
  }
}

/** Nobody was reached: the person's next number is tried; after the last, runs that have nothing left on their rung climb. */
export function missed(moment: Moment, change: Change, attempt: Attempt, outcome: Miss): Change {
  const { number, contactId, medium, sharedUntil } = attempt;
  // Whoever has answered by voice says no more on this line.
  if (!attempt.open)
    return attempt.menu === undefined || medium === 'sms' ? change : patchAttempt(change, number, { menu: 'over' });
  const closed = patchAttempt(change, number, { open: false, ...(outcome === 'failed' && { dead: true }) });
  const told = tell(closed, 'attempt-status', { ...factsOf(attempt), status: 'ended', outcome });
  const done = act(told, { type: 'close', attempt: number, outcome });
  const contact = contactOf(moment.policy, contactId);
  const line = contact && lineFrom(moment.policy, contact, (attempt.line ?? 0) + 1);
  const runs = attempt.runs.filter((run) => isOpen(done.callout, run));
  if (line === undefined || runs.length === 0) return leave(moment, done, [number]);
  const until = instant(Math.max(sharedUntil, plus(moment.at, LISTEN_MS)));
  return dial(moment, done, { contactId, medium, line, runs, sharedUntil: until });
}

/** The carrier cannot be reached: the attempt goes on being tried, and its runs climb as if it were not. */
export function stalled(moment: Moment, change: Change, attempt: Attempt): Change {
  return attempt.open ? leave(moment, patchAttempt(change, attempt.number, { dead: true }), [attempt.number]) : change;
}

/**
 * Climbs every open run whose present rung one of these attempts was for, where that has nothing left to try; gravest first.
 * From the last rung of a round it waits for the deadline instead: a dead carrier must not make the ladder spin.
 */
export function leave(moment: Moment, change: Change, attempts: readonly number[]): Change {
  const left = change.callout.attempts.filter(({ number }) => attempts.includes(number));
  return gravestFirst(change.callout).reduce((next, index) => {
    const run = next.callout.runs[index];
    const present = run && presentRinging(run);
    if (run === undefined || present === undefined || run.answered !== null) return next;
    const { media } = rungAt(run, present.rung);
    const isConcerned = left.some(
      ({ runs, contactId, medium }) =>
        runs.includes(index) && present.people.includes(contactId) && media.includes(medium),
    );
    const stays = !isConcerned || isLastOfRound(moment, run) || hasMore(next.callout, index, present);
    return stays ? next : climb(moment, next, index);
  }, change);
}

/** Whether nobody stands on the rungs behind the present one, so that the next call begins another round. */
function isLastOfRound(moment: Moment, run: Run): boolean {
  const roundOf = (tried: number): number => Math.floor((tried - 1) / run.rungs.length);
  return roundOf(nextRung(moment, run).tried) > roundOf(run.tried);
}

/** The rung that is being tried; `undefined` before the first. */
function presentRinging(run: Run): Ringing | undefined {
  const present = run.ringing?.findLast(({ tried }) => tried === run.tried);
  if (present !== undefined || run.tried === 0) return present;
  const rung = (run.tried - 1) % run.rungs.length;
  const people = rungAt(run, rung).who.flatMap((who) => ('contactId' in who ? [who.contactId] : []));
  return { rung, tried: run.tried, people, done: [], made: 1, lastAt: instant(0), nextAt: null };
}

/** Whether somebody on a rung is being called, or will be. A message that nobody answers keeps no call waiting. */
function hasMore({ attempts, runs }: Callout, index: number, { rung, people, done, nextAt }: Ringing): boolean {
  const run = runs[index];
  const media: readonly Medium[] = run === undefined ? [] : rungAt(run, rung).media;
  const counts = media.includes('voice') ? 'voice' : 'sms';
  return people.some((contactId) => {
    if (done.includes(contactId)) return false;
    const own = attempts.filter(
      (one) => one.runs.includes(index) && one.contactId === contactId && one.medium === counts,
    );
    const isTried = own.some(({ open, dead, redialAt }) => (open && dead !== true) || redialAt !== null);
    return isTried || (nextAt !== null && own.at(-1)?.dead !== true);
  });
}

/** Indices of the runs, gravest first: who is wanted by two is rung for the graver. */
const gravestFirst = ({ runs }: Callout): readonly number[] =>
  [...runs.keys()].sort((a, b) => rank(runs[b]?.level ?? 'normal') - rank(runs[a]?.level ?? 'normal') || a - b);

/** Takes what is due: a rung of every run whose deadline has come, more calls on rungs that ring on, then redials after wrong digits. */
export function timePassed(moment: Moment, change: Change): Change {
  const climbed = gravestFirst(change.callout).reduce((next, index) => {
    const run = next.callout.runs[index];
    return run !== undefined && run.answered === null && run.deadline <= moment.at ? climb(moment, next, index) : next;
  }, change);
  const called = gravestFirst(climbed.callout).reduce((next, index) => callAgain(moment, next, index), climbed);
  return called.callout.attempts.reduce((next, { number }) => redial(moment, next, number), called);
}

/** Calls those again who have not answered, on every rung of a run that rings on; once, however late. */
function callAgain(moment: Moment, change: Change, index: number): Change {
  const run = change.callout.runs[index];
  if (run === undefined || run.answered !== null) return change;
  return (run.ringing ?? []).reduce((next, { rung: at, nextAt, people, done }) => {
    if (nextAt === null || nextAt > moment.at) return next;
    const rung = rungAt(run, at);
    const quiet = heldUntil(moment, next.callout, index);
    if (quiet !== null) return patchRinging(next, index, at, () => ({ nextAt: quiet }));
    const counted = patchRinging(next, index, at, (one) => {
      const made = one.made + 1;
      const isMore = made < rung.attempts || one.tried === run.tried - 1;
      return { made, lastAt: moment.at, nextAt: isMore ? plus(moment.at, rung.attemptEveryMs) : null };
    });
    return call(moment, counted, { index, rung, people: people.filter((one) => !done.includes(one)) });
  }, change);
}

function patchRinging(
  change: Change,
  index: number,
  rung: number,
  fields: (ringing: Ringing) => Partial<Ringing>,
): Change {
  const ringing = (change.callout.runs[index]?.ringing ?? []).map((one) =>
    one.rung === rung ? { ...one, ...fields(one) } : one,
  );
  return patchRun(change, index, { ringing });
}

function redial(moment: Moment, change: Change, number: number): Change {
  const attempt = change.callout.attempts.find((one) => one.number === number);
  if (attempt === undefined || attempt.redialAt === null || attempt.redialAt > moment.at) return change;
  const runs = attempt.runs.filter((run) => isOpen(change.callout, run));
  const { contactId, medium, line = 0 } = attempt;
  const due = patchAttempt(change, number, { redialAt: null });
  if (runs.length === 0) return due;
  const told = tell(due, 'redial', factsOf(attempt));
  return dial(moment, told, { contactId, medium, line, runs, sharedUntil: plus(moment.at, LISTEN_MS) });
}
