import { WARNING_LEVELS, gravest, rank } from '../src/core/level.ts';
import type { WarningLevel } from '../src/core/level.ts';
import type { Attempt, Callout, Run } from './callout.ts';
import { act, factsOf, patch, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { climb } from './climb.ts';
import { LISTEN_MS } from './dial.ts';
import { calledUpTo, contactOf, ladderOf } from './ladder.ts';
import { newRun, responder } from './news.ts';
import { orderDueAt } from './order.ts';
import { peopleOn } from './people-on.ts';
import { lineFrom, phonesOf } from './phones.ts';
import type { StoredRung } from './policy.ts';
import { rungOf } from './rung.ts';

/**
 * Somebody who had answered says that he cannot, or that he is somebody else: what he had settled is called again at once,
 * from the person after him on. His answer stays on record.
 */
export function withdrawn(
  moment: Moment,
  change: Change,
  why: 'declined' | 'wrong-person',
  contactId: string,
  attempt: Attempt | null,
): Change {
  const { runs, orders = [] } = change.callout;
  const isHis = ({ answered, withdrawn: before }: Run): boolean =>
    before === undefined && answered?.contactId === contactId && (why === 'declined' || answered.medium !== 'screen');
  const his = runs.filter(isHis);
  if (his.length === 0 && attempt === null) return change;
  const levels = WARNING_LEVELS.filter((level) => his.some((run) => run.level === level)).toReversed();
  const facts = attempt === null ? { contactId } : factsOf(attempt);
  const told = tell(why === 'wrong-person' ? suspended(moment, change, attempt) : change, why, { ...facts, levels });
  const marked = patch(told, {
    runs: runs.map((run) => (isHis(run) ? { ...run, withdrawn: moment.at, respondBy: null } : run)),
    orders: orders.map((order) =>
      order.contactId === contactId && order.withdrawn === undefined ? { ...order, withdrawn: moment.at } : order,
    ),
  });
  const known = withWrongNumbers(moment, marked.callout);
  const contact = contactOf(known.policy, contactId);
  // Under another number he may be himself.
  const isAskedAgain = why === 'wrong-person' && contact !== undefined && lineFrom(known.policy, contact) !== undefined;
  return levels.reduce((next, level) => {
    const news = Math.max(...his.filter((run) => run.level === level).map((run) => run.news));
    const after = rungsAfter(known, level, contactId);
    const medium = attempt?.medium ?? 'voice';
    const rungs = isAskedAgain ? [{ contactId, medium, answerWithinMs: LISTEN_MS }, ...after] : after;
    return begin(known, next, { kind: 'declined', level, news, rungs, ...(!isAskedAgain && { without: [contactId] }) });
  }, marked);
}

/** The moment as it is for who is called: numbers at which somebody else has answered are not. */
export const withWrongNumbers = (moment: Moment, { wrongNumbers = [] }: Callout): Moment =>
  wrongNumbers.length === 0
    ? moment
    : { ...moment, policy: { ...moment.policy, suspended: [...(moment.policy.suspended ?? []), ...wrongNumbers] } };

/** The ladder from the rung after his on. */
function rungsAfter(moment: Moment, level: WarningLevel, contactId: string): readonly StoredRung[] {
  const rungs = ladderOf(moment.policy, level)?.rungs ?? [];
  const everybody = { ...moment, policy: { ...moment.policy, suspended: [] } };
  const last = rungs.findLastIndex((rung) => peopleOn(everybody, rungOf(rung)).some(({ id }) => id === contactId));
  return [...rungs.slice(last + 1), ...rungs.slice(0, last + 1)];
}

function suspended({ policy }: Moment, change: Change, attempt: Attempt | null): Change {
  const contact = attempt === null ? undefined : contactOf(policy, attempt.contactId);
  const phone = contact && phonesOf(contact)[attempt?.line ?? 0];
  if (attempt === null || phone === undefined) return change;
  const wrongNumbers = [...new Set([...(change.callout.wrongNumbers ?? []), phone])];
  return act(patch(change, { wrongNumbers }), { type: 'suspend', attempt: attempt.number });
}

/** Takes what is due after answers: a level that nobody has responded to in time, an order that was not reported done. */
export function responsesDue(moment: Moment, change: Change): Change {
  const { runs, orders = [] } = change.callout;
  const isLate = ({ respondBy = null }: Run): boolean => respondBy !== null && respondBy <= moment.at;
  const overdue = orders.filter((order) => (orderDueAt(order) ?? Infinity) <= moment.at);
  const late = runs.filter(isLate);
  const levels = [...late.map((run) => run.level), ...overdue.map((order) => order.level ?? calledUpTo(runs))];
  const level = gravest(levels);
  if (level === 'normal') return change;
  const marked = patch(change, {
    runs: runs.map((run) => (isLate(run) ? { ...run, respondBy: null } : run)),
    orders: orders.map((order) => (overdue.includes(order) ? { ...order, overdue: moment.at } : order)),
  });
  const told = tell(marked, 'no-response', {
    level,
    responder: responder(change.callout, level)?.contactId ?? null,
    orders: overdue.map(({ number }) => number),
  });
  // Whoever is being called at that level hears of it in the same call.
  if (isCalledAgain(told.callout, level)) return told;
  const by = responder(told.callout, level);
  const { followUpMs } = moment.policy;
  const medium = by?.medium === 'sms' ? 'sms' : 'voice';
  const first: readonly StoredRung[] =
    by === null ? [] : [{ contactId: by.contactId, medium, answerWithinMs: followUpMs }];
  const rungs = [...first, ...(ladderOf(moment.policy, level)?.rungs ?? [])];
  return begin(moment, told, { kind: 'no-response', level, news: 0, rungs });
}

const isCalledAgain = ({ runs }: Callout, level: WarningLevel): boolean =>
  runs.some((run) => run.answered === null && run.kind !== 'level' && rank(run.level) >= rank(level));

function begin(
  moment: Moment,
  change: Change,
  { rungs, ...fields }: Pick<Run, 'kind' | 'level' | 'news' | 'without'> & { readonly rungs: readonly StoredRung[] },
): Change {
  const run = newRun(moment, fields.level, fields.kind, fields.news, []);
  if (run === null) return change;
  const [foot = run.rungs[0], ...rest] = rungs;
  const { runs } = change.callout;
  const begun = patch(change, { phase: 'calling', runs: [...runs, { ...run, ...fields, rungs: [foot, ...rest] }] });
  return climb(moment, begun, runs.length);
}
