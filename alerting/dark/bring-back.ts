import type { Instant } from '../../src/core/time.ts';
import { standing } from '../callout.ts';
import type { Answer, Callout, News, ReportState } from '../callout.ts';
import type { Happening, Note } from '../callout-event.ts';
import { EMPTY } from '../callout-step.ts';
import { databaseWasAway } from './database-fault.ts';
import type { Order } from '../order.ts';
import type { DarkSite } from './journal.ts';
import type { DarkAttempt } from './roster.ts';

/** What the database has to be told of one site. */
export interface BroughtBack {
  readonly state: Callout;
  /** Calls and messages that were made, or changed, meanwhile. */
  readonly attempts: readonly DarkAttempt[];
  readonly notes: readonly (Note & { readonly at: Instant })[];
  /** What the database has taken in since its callout was last seen, to be taken in after that. */
  readonly happenings: readonly Happening[];
  /** Attempts of the database's that no ladder waits for any more: they are hung up. */
  readonly unwanted: readonly number[];
}

/**
 * The callout as the journal has it, with what the database has taken in on its own (`known`, `null`: no open one):
 * between the last roster and its loss, and from phones that reported as soon as it was back. The journal's ladders go
 * on; answers and news of the database's are taken in once more; where both used a number for an attempt, the journal's
 * move up.
 */
export function bringBack(
  { before, state, attempts, notes, heard }: DarkSite & { readonly state: Callout },
  known: { readonly id: string; readonly state: Callout } | null,
): BroughtBack {
  const base = known === null || known.id === before.callout?.id ? (before.callout?.state ?? EMPTY) : EMPTY;
  const present = known?.state ?? base;
  const first = lastNumber(base);
  const moved = lastNumber(present) - first;
  const numbered = (number: number): number => (number > first ? number + moved : number);
  const extra = present.attempts.filter(({ number }) => number > first);
  const renumbered = state.attempts.map((attempt) => ({ ...attempt, number: numbered(attempt.number) }));
  const closed = new Set(present.attempts.flatMap(({ number, open }) => (open ? [] : [number])));
  return {
    state: {
      ...state,
      attempts: [
        ...renumbered
          .filter(({ number }) => number <= first)
          .map((attempt) => ({ ...attempt, open: attempt.open && !closed.has(attempt.number) })),
        ...extra.map((attempt) => ({
          ...attempt,
          runs: [],
          told: Math.min(attempt.told, base.news.length),
          open: false,
          confirmed: false,
          redialAt: null,
        })),
        ...renumbered.filter(({ number }) => number > first),
      ],
      answers: state.answers.map((answer) => ({
        ...answer,
        attempt: answer.attempt === null ? null : numbered(answer.attempt),
      })),
      orders: ordersOf(state, base, present),
      news: state.news.map((news) => toldAsOver({ ...news, after: numbered(news.after) })),
      covered: recordable(state.covered, base.covered, heard),
    },
    attempts: attempts
      .filter((attempt) => before.callout?.attempts.includes(attempt) !== true)
      .map((attempt) => ({ ...attempt, number: numbered(attempt.number) })),
    notes: notes.map(({ type, facts, at }) => ({
      type,
      at,
      facts: {
        ...facts,
        ...(typeof facts['attempt'] === 'number' && { attempt: numbered(facts['attempt']) }),
        origin: 'dark',
      },
    })),
    happenings: takenMeanwhile(base, present),
    unwanted: extra.flatMap(({ number, open }) => (open ? [number] : [])),
  };
}

/** Before the newest row of a report, and after every row that is known. */
const BETWEEN_POSITIONS = 0.5;

const lastNumber = ({ attempts }: Callout): number => attempts.at(-1)?.number ?? 0;

/** What was ordered in the dark, with what the database has been told of on its own. */
function ordersOf(state: Callout, base: Callout, present: Callout): readonly Order[] {
  const { orders = [] } = state;
  const known = new Map((present.orders ?? []).map((order) => [order.number, order]));
  const before = base.orders?.length ?? 0;
  const own = orders.map((order, i) => {
    const there = i < before ? known.get(order.number) : undefined;
    return there !== undefined && order.done === null ? there : order;
  });
  const extra = (present.orders ?? []).slice(before);
  return [...own, ...extra].map((order, i) => ({ ...order, number: i + 1 }));
}

const toldAsOver = (news: News): News =>
  news.subject === 'system' ? { ...news, about: databaseWasAway(news.about) } : news;

/**
 * Targets as the log of levels may go on from: what comes from there is newer, and what was heard of before it could be
 * recorded is known. Whatever is graver, or was observed later, is news.
 */
const recordable = (
  covered: Callout['covered'],
  base: Callout['covered'],
  heard: DarkSite['heard'],
): Callout['covered'] =>
  Object.fromEntries(
    Object.entries(covered).map(([target, state]) => {
      const known = heard[target];
      if (known === undefined) return [target, state];
      const { version = 0, called = 'normal' } = base[target] ?? {};
      return [target, { ...state, version, called, heard: known }];
    }),
  );

function takenMeanwhile(base: Callout, present: Callout): readonly Happening[] {
  const levels = Object.entries(present.covered).flatMap(([target, state]): Happening[] => {
    const { version: stateVersion, level: to, value, limit } = state;
    const verified = standing(state) === to;
    return stateVersion > (base.covered[target]?.version ?? 0)
      ? [{ type: 'level-changed', target, stateVersion, to, value, limit, verified, guarded: true }]
      : [];
  });
  const reports = Object.entries(present.reports ?? {}).flatMap(([key, report]) =>
    report.position > (base.reports?.[key]?.position ?? 0) ? reportedAgain(key, report) : [],
  );
  const faults = present.news
    .slice(base.news.length)
    .flatMap(({ subject, about }): Happening[] => (subject === 'system' ? [{ type: 'system-fault', key: about }] : []));
  const blinded: Happening[] =
    present.visibilitySeen > base.visibilitySeen
      ? [{ type: 'blinded', position: present.visibilitySeen, sensors: present.blind ?? [] }]
      : [];
  return [
    ...levels,
    ...reports,
    ...faults,
    ...blinded,
    ...present.answers.slice(base.answers.length).flatMap((one) => again(present, one)),
  ];
}

/** What was reported gravest, and what it was lowered to since. */
function reportedAgain(key: string, { subject, level, worst, words, position }: ReportState): readonly Happening[] {
  const before = level === worst ? position : position - BETWEEN_POSITIONS;
  const lowered: Happening = { type: 'report-lowered', key, to: level, position };
  return [
    { type: 'reported', subject, key, level: worst, words, position: before },
    ...(level === worst ? [] : [lowered]),
  ];
}

/** An answer that the database has, given once more where the journal's callout can hear it. */
function again({ attempts }: Callout, { contactId, attempt: number, medium }: Answer): readonly Happening[] {
  if (number === null) return [{ type: 'answered-on-screen', contactId }];
  const attempt = attempts.find((one) => one.number === number);
  if (attempt === undefined) return [];
  const { code, level } = attempt;
  return [
    medium === 'sms'
      ? { type: 'replied', attempt: number, text: code, message: { contactId, level, code } }
      : { type: 'digit', attempt: number, digit: code },
  ];
}
