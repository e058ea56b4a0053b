import { gravest, rank } from '../src/core/level.ts';
import { SECOND, instant, plus } from '../src/core/time.ts';
import type { Answer, Attempt, Callout, Run } from './callout.ts';
import { act, factsOf, patch, patchAttempt, patchRun, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { leave } from './climb.ts';
import { isGuess, isPressed, keysIn, repliesWith } from './code.ts';
import { cancel, dial } from './dial.ts';
import { hear } from './heard.ts';
import { calledUpTo, contactOf, maySettle } from './ladder.ts';
import { keyPressed } from './menu.ts';
import { followUp } from './news.ts';
import { asksNothing } from './notice.ts';
import { hangUpUnwanted, withPhase } from './phase.ts';
import { respondBy } from './response.ts';
import { dutiesOf } from './present-roster.ts';

/** After so many wrong digits a call is ended. */
export const WRONG_DIGITS = 3;
/** After so many wrong replies a message is answered by none: its code is not there to be guessed. */
const WRONG_REPLIES = 5;
/** The same phone rings again within a minute of that; the rest of the minute is for the poll and the carrier. */
const REDIAL_AT_MOST_MS = 55 * SECOND;

/** A key was pressed. The right one counts however late; a wrong one is asked again, three end the call. */
export function digitPressed(moment: Moment, change: Change, attempt: Attempt, digit: string): Change {
  if (attempt.confirmed) return keyPressed(moment, change, attempt, digit);
  if (attempt.wrongDigits >= WRONG_DIGITS) return change;
  if (isPressed(digit, attempt.code)) return confirm(moment, change, attempt);
  if (!attempt.open) return change;
  const wrongDigits = attempt.wrongDigits + 1;
  const counted = tell(patchAttempt(change, attempt.number, { wrongDigits }), 'wrong-digit', {
    ...factsOf(attempt),
    wrongDigits,
  });
  if (wrongDigits < WRONG_DIGITS) return counted;
  const redialAt = plus(moment.at, Math.min(moment.policy.redialMs, REDIAL_AT_MOST_MS));
  const ended = patchAttempt(counted, attempt.number, { open: false, redialAt });
  const told = tell(ended, 'attempt-status', { ...factsOf(attempt), status: 'ended', outcome: 'wrong-digits' });
  return act(told, { type: 'close', attempt: attempt.number, outcome: 'wrong-digits' });
}

/**
 * A message came from the number that was asked. It counts only with the code of that message, and after few wrong ones.
 * A key that stands beside the code is taken with it; alone it counts once the code has come.
 */
export function replied(moment: Moment, change: Change, attempt: Attempt, text: string): Change {
  const keys = keysIn(text, attempt.code);
  if (!repliesWith(text, attempt.code))
    return attempt.confirmed && keys.length > 0
      ? pressed(moment, change, attempt, keys)
      : wronglyReplied(change, attempt, text);
  if (attempt.confirmed) return pressed(moment, change, attempt, keys);
  if (attempt.wrongDigits >= WRONG_REPLIES) return change;
  return pressed(moment, confirm(moment, change, attempt), { ...attempt, confirmed: true, menu: 'asked' }, keys);
}

const pressed = (moment: Moment, change: Change, attempt: Attempt, keys: readonly string[]): Change =>
  keys.reduce((next, key) => {
    const known = next.callout.attempts.find(({ number }) => number === attempt.number) ?? attempt;
    return keyPressed(moment, next, known, key);
  }, change);

/** A wrong reply tells against every message he could have meant; his next message begins anew. */
function wronglyReplied(change: Change, { contactId }: Attempt, text: string): Change {
  const meant = change.callout.attempts.filter(
    (one) =>
      one.medium === 'sms' &&
      one.contactId === contactId &&
      !asksNothing(one) &&
      !one.confirmed &&
      one.wrongDigits < WRONG_REPLIES,
  );
  const newest = meant.at(-1);
  if (newest === undefined) return change;
  const wrong = isGuess(text) ? 1 : 0;
  const counted = meant.reduce(
    (next, { number, wrongDigits, hints = 0 }) =>
      patchAttempt(next, number, { wrongDigits: wrongDigits + wrong, hints: hints + 1 }),
    change,
  );
  const wrongReplies = newest.wrongDigits + wrong;
  const refused = wrongReplies >= WRONG_REPLIES;
  return tell(counted, 'wrong-reply', { ...factsOf(newest), wrongReplies, refused });
}

function confirm(moment: Moment, change: Change, attempt: Attempt): Change {
  const { number, contactId, medium, level: asked, told } = attempt;
  const outcome = medium === 'voice' ? 'confirmed' : 'replied';
  const spoken = medium === 'voice' && { confirmedAt: moment.at };
  const closed = patchAttempt(change, number, { open: false, confirmed: true, redialAt: null, ...spoken });
  const named = tell(closed, 'attempt-status', { ...factsOf(attempt), status: 'ended', outcome });
  const done = act(named, { type: 'close', attempt: number, outcome });
  const answer = { contactId, medium, asked, attempt: number, at: moment.at, told } as const;
  const settled = settle(moment, done, answer, [number]);
  // He is rung anew with what he was not told: until he has hung up he would find the line engaged.
  const isRungAgain = medium === 'voice' && settled.callout.attempts.some((one) => isLater(one, attempt));
  return isRungAgain ? settled : patchAttempt(settled, number, { menu: 'asked' });
}

const isLater = (one: Attempt, { number, contactId, medium }: Attempt): boolean =>
  one.open && one.number > number && one.contactId === contactId && one.medium === medium;

/** Somebody pressed the button on the page, which shows everything: he is asked about all that has been called. */
export function answeredOnScreen(moment: Moment, change: Change, contactId: string): Change {
  const { callout } = change;
  const asked = calledUpTo(callout.runs);
  if (asked === 'normal') return change;
  const told = callout.news.length;
  const isRepeated = callout.answers.some(
    (answer) => answer.contactId === contactId && answer.medium === 'screen' && answer.told === told,
  );
  if (isRepeated) return change;
  const phones = callout.attempts.filter((attempt) => attempt.open && attempt.contactId === contactId);
  const hungUp = phones.reduce((next, attempt) => cancel(next, attempt, 'answered'), change);
  const answer = { contactId, medium: 'screen', asked, attempt: null, at: moment.at, told } as const;
  return settle(
    moment,
    hungUp,
    answer,
    phones.map(({ number }) => number),
  );
}

/**
 * Takes an answer in: it settles every open run at or below the level that was spoken, where the person's duty may,
 * and where the news that began the run was told to him. What he was not told follows him up; what he may not settle goes on.
 * It is recorded at what it settled, never at what was only put to him: who reads "red" must be able to rely on it.
 */
function settle(moment: Moment, change: Change, answer: Omit<Answer, 'level'>, attempts: readonly number[]): Change {
  const { runs, answers } = change.callout;
  const duty = contactOf(moment.policy, answer.contactId)?.duty;
  const duties = dutiesOf(moment.policy, answer.contactId);
  const his = [...runs.keys()].filter((i) => {
    const run = runs[i];
    return (
      run !== undefined && run.answered === null && rank(run.level) <= rank(answer.asked) && maySettle(run, duties)
    );
  });
  const { contactId, medium, asked, at, told } = answer;
  const heard = hear(moment.policy, change.callout, { contactId, asked, told });
  const settled = [...heard.settled.keys()];
  const levels = settled.flatMap((i) => runs[i]?.level ?? []);
  const own = settled.filter((i) => heard.settled.get(i) === contactId);
  const worst = gravest(own.flatMap((i) => runs[i]?.level ?? []));
  const level = worst === 'normal' ? null : worst;
  const marked = settled.reduce(
    (next, i) => {
      const owed = respondBy(moment, next.callout, runs[i]?.level ?? 'red');
      const answered = answeredBy(heard.settled.get(i) ?? contactId);
      return patchRun(next, i, { answered, ...(owed !== null && { respondBy: owed }) });
    },
    patch(change, { runs: heard.runs }),
  );
  const facts = {
    contactId,
    duty: duty ?? null,
    level,
    asked,
    medium,
    attempt: attempts[0] ?? null,
    settled: levels,
  };
  const recorded = tell(patch(marked, { answers: [...answers, { ...answer, level }] }), 'answered', facts);
  const silenced = hangUpUnwanted(recorded, contactId);
  const followed = followUntold(moment, silenced, settled, told);
  const again = ringAgain(
    moment,
    followed,
    answer,
    his.filter((i) => (runs[i]?.news ?? 0) > told),
    attempts,
  );
  return withPhase(leave(moment, again, attempts));

  function answeredBy(who: string): NonNullable<Run['answered']> {
    const before = answers.findLast((one) => one.contactId === who);
    return { contactId: who, medium: who === contactId ? medium : (before?.medium ?? medium), at };
  }
}

/** News that joined a run after its call was spoken is not settled with it. */
function followUntold(moment: Moment, change: Change, settled: readonly number[], told: number): Change {
  return settled.reduce((next, run) => {
    const untold = next.callout.news.filter((news) => news.run === run && news.number > told);
    const level = gravest(untold.map((news) => news.level));
    return level === 'normal' ? next : followUp(moment, next, level, untold);
  }, change);
}

/** A run that shared this person's call, but whose news was not in it: he is rung again with it, on the same rung. */
function ringAgain(
  moment: Moment,
  change: Change,
  answer: Omit<Answer, 'level'>,
  untold: readonly number[],
  attempts: readonly number[],
): Change {
  const { contactId, medium } = answer;
  const carried = new Set(attempts.flatMap((number) => runsOf(change.callout, number)));
  const runs = untold.filter((i) => carried.has(i));
  if (medium === 'screen' || runs.length === 0) return change;
  const sharedUntil = instant(Math.max(...runs.map((i) => change.callout.runs[i]?.deadline ?? 0)));
  return dial(moment, change, { contactId, medium, runs, sharedUntil });
}

const runsOf = ({ attempts }: Callout, number: number): readonly number[] =>
  attempts.find((attempt) => attempt.number === number)?.runs ?? [];
