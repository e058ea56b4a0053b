import { gravest } from '../src/core/level.ts';
import type { WarningLevel } from '../src/core/level.ts';
import { MINUTE, instant, plus } from '../src/core/time.ts';
import type { Attempt, Callout } from './callout.ts';
import type { NoticeKind } from './callout-event.ts';
import { act, factsOf, patch, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { keep, ring } from './dial.ts';
import { calledUpTo, contactOf, ladderOf } from './ladder.ts';
import { noticeText } from './notice-text.ts';
import { peopleOn } from './people-on.ts';
import { lineFrom } from './phones.ts';
import type { Who } from './policy.ts';

/** Those who are awake are told of news at most so often, all of it together; of red at once. */
const TOGETHER_MS = MINUTE;

/**
 * Tells those who are awake of news by a message that asks for nothing: who has answered, or is on the line. What comes
 * within a minute of the last such message waits for its end, but red never. Who is being called with it needs none.
 */
export function announce(moment: Moment, change: Change): Change {
  const { callout } = change;
  const { at = null, due = null } = callout.awake ?? {};
  const people = untold(callout);
  const told = Math.min(...people.map((person) => person.told));
  const level = gravest(callout.news.flatMap((news) => (news.number > told ? [news.level] : [])));
  if (level === 'normal') return waits(change, null);
  const until = at === null ? moment.at : plus(at, TOGETHER_MS);
  if (level !== 'red' && moment.at < until) return due === null ? waits(change, until) : change;
  const named = patch(change, { awake: { at: moment.at, due: null } });
  return people.reduce((next, { contactId }) => inform(moment, next, { contactId, kind: 'news', level }), named);
}

const waits = (change: Change, due: NonNullable<Callout['awake']>['due']): Change => {
  const { awake } = change.callout;
  if (awake === undefined ? due === null : awake.due === due) return change;
  return patch(change, { awake: { at: null, ...awake, due } });
};

/** What could not be told at once is told when its minute is over. */
export const announceDue = (moment: Moment, change: Change): Change => {
  const { awake } = change.callout;
  if (awake === undefined || awake.due === null || awake.due > moment.at) return change;
  return announce(moment, waits(change, null));
};

/** Who is awake and has not heard the newest news, nor is being called with it; and up to which he has. */
function untold({
  answers,
  attempts,
  news,
}: Callout): readonly { readonly contactId: string; readonly told: number }[] {
  const onTheLine = attempts.filter(({ open, pickedUp }) => open && pickedUp);
  const awake = new Set([...answers, ...onTheLine].map(({ contactId }) => contactId));
  return [...awake].flatMap((contactId) => {
    const heard = [
      ...answers.filter((answer) => answer.contactId === contactId),
      ...attempts.filter((attempt) => attempt.contactId === contactId && (isAsking(attempt) || asksNothing(attempt))),
    ];
    const told = Math.max(...heard.map((one) => one.told));
    return told < news.length ? [{ contactId, told }] : [];
  });
}

const isAsking = ({ open, confirms }: Attempt): boolean => open && confirms !== true;

/** A message that tells something, and asks for no answer. */
export const asksNothing = ({ code }: Pick<Attempt, 'code'>): boolean => code === '';

/**
 * Calls those who have answered something milder once, now that it is red: a message alone may lie under a pillow. A call
 * to one of them that still rings is hung up for it; who is on the line, or is being called at red, needs no other.
 */
export function confirmRed(moment: Moment, change: Change): Change {
  const people = new Set(change.callout.answers.map(({ contactId }) => contactId));
  return [...people].reduce((next, contactId) => {
    const contact = contactOf(moment.policy, contactId);
    const line = contact && lineFrom(moment.policy, contact);
    const calls = next.callout.attempts.filter(
      (one) => one.open && one.medium === 'voice' && one.contactId === contactId,
    );
    if (line === undefined || calls.some(({ pickedUp, level }) => pickedUp || level === 'red')) return next;
    const sharedUntil = instant(Math.max(moment.at, ...calls.map((call) => call.sharedUntil)));
    const wanted = { contactId, medium: 'voice', runs: [], sharedUntil, line } as const;
    return ring(moment, next, { ...wanted, level: 'red', replaced: calls, confirms: true });
  }, change);
}

/** Tells everybody who was called, by a message that asks for nothing: never by a call. */
export function tellAll(moment: Moment, change: Change, kind: NoticeKind): Change {
  const { answers, attempts, runs } = change.callout;
  const level = calledUpTo(runs);
  const people = new Set([...attempts, ...answers].map(({ contactId }) => contactId));
  return level === 'normal'
    ? change
    : [...people].reduce((next, contactId) => inform(moment, next, { contactId, kind, level }), change);
}

/**
 * Tells those who can send somebody to the doors that nobody was reached, and whom to seek: by message, and by a call to who
 * is not being called already. Nothing waits for any of it, and nobody who is called is hung up for it.
 */
export function tellFailed(moment: Moment, change: Change, level: WarningLevel, unreached: readonly string[]): Change {
  const { policy, at } = moment;
  const who = ladderOf(policy, level)?.failedTells ?? CONTROL_ROOM;
  return peopleOn({ policy, at }, { who }).reduce((next, { id: contactId }) => {
    const told = inform(moment, next, { contactId, kind: 'call-failed', level, unreached });
    const contact = contactOf(policy, contactId);
    const line = contact && lineFrom(policy, contact);
    const isOnTheLine = told.callout.attempts.some(
      (one) => one.open && one.medium === 'voice' && one.contactId === contactId,
    );
    if (line === undefined || isOnTheLine) return told;
    const wanted = { contactId, medium: 'voice', runs: [], sharedUntil: at, line, level } as const;
    return ring(moment, told, { ...wanted, replaced: [], confirms: true, failed: unreached });
  }, change);
}

const CONTROL_ROOM: readonly Who[] = [{ duty: 'control-room' }];

interface Notice {
  readonly contactId: string;
  readonly kind: NoticeKind;
  readonly level: WarningLevel;
  /** Who has to be sought. */
  readonly unreached?: readonly string[];
}

/** One message to one person. Nobody waits for anything that comes of it. */
function inform(moment: Moment, change: Change, { contactId, kind, level, unreached = [] }: Notice): Change {
  const contact = contactOf(moment.policy, contactId);
  const line = contact && lineFrom(moment.policy, contact);
  if (line === undefined) return change;
  const { callout } = change;
  const attempt: Attempt = {
    number: (callout.attempts.at(-1)?.number ?? 0) + 1,
    runs: [],
    contactId,
    medium: 'sms',
    ...(line > 0 && { line }),
    level,
    code: '',
    told: callout.news.length,
    wrongDigits: 0,
    open: false,
    confirmed: false,
    pickedUp: false,
    sharedUntil: moment.at,
    redialAt: null,
  };
  const sent = patch(change, { attempts: keep([...callout.attempts, attempt]) });
  const say = noticeText(moment.policy, callout, kind, unreached);
  const queued = act(sent, { type: 'inform', attempt: attempt.number, contactId, line, level, kind, say });
  return tell(queued, 'informed', { ...factsOf(attempt), kind });
}
