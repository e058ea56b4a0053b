import { gravest, rank } from '../src/core/level.ts';
import type { Level, WarningLevel } from '../src/core/level.ts';
import { plus } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import type { Callout } from './callout.ts';
import type { Happening, OrderAsked } from './callout-event.ts';
import { patch, patchRun, tell } from './change.ts';
import type { Change, Moment } from './change.ts';
import { ladderOf, maySettle } from './ladder.ts';
import { isRespondedTo } from './order.ts';
import type { Order } from './order.ts';
import { hangUpUnwanted, withPhase } from './phase.ts';
import { dutiesOf } from './present-roster.ts';

/** Until when somebody has to say what is done about a level that is answered now; `null`: nobody has to, or somebody has. */
export function respondBy({ policy, at }: Moment, { orders = [] }: Callout, level: WarningLevel): Instant | null {
  const within = ladderOf(policy, level)?.respondWithinMs;
  return within === undefined || isRespondedTo(orders, level) ? null : plus(at, within);
}

/** The gravest level that was called for, up to `asked`, and that is this person's to settle: what his word is a response to. */
export function levelOf({ policy }: Moment, { runs }: Callout, contactId: string, asked: Level): WarningLevel | null {
  const duties = dutiesOf(policy, contactId);
  const his = runs.filter((run) => rank(run.level) <= rank(asked) && maySettle(run, duties));
  const level = gravest(his.map((run) => run.level));
  return level === 'normal' ? null : level;
}

type Given = Pick<Order, 'contactId' | 'enteredBy' | 'medium' | 'attempt' | 'level'> & { readonly asked: OrderAsked };

/** Somebody has said what is done. It stops the clock of what it is a response to. The same again changes nothing. */
export function ordered(moment: Moment, change: Change, given: Given): Change {
  const { orders = [] } = change.callout;
  if (orders.some((order) => isSame(order, given))) return change;
  const { contactId, enteredBy, medium, attempt, level, asked } = given;
  const { kind, scope, route, dueAt, expected } = asked;
  const order: Order = {
    number: (orders.at(-1)?.number ?? 0) + 1,
    kind,
    level,
    contactId,
    enteredBy,
    medium,
    attempt,
    at: moment.at,
    scope,
    route,
    dueAt,
    headCount: kind === 'evacuate' ? { expected, accounted: 0 } : null,
    done: null,
  };
  const { number } = order;
  const facts = {
    order: number,
    kind,
    level,
    contactId,
    by: enteredBy,
    medium,
    attempt,
    scope,
    route,
    dueAt,
    expected,
  };
  const told = tell(patch(change, { orders: [...orders, order] }), 'responded', facts);
  return responseGiven(moment, told, order);
}

/** A second press, or a second click: the same word of the same person, while the first one still holds. */
const isSame = (order: Order, { contactId, level, asked: { kind, scope, route } }: Given): boolean =>
  order.contactId === contactId &&
  order.kind === kind &&
  order.scope === scope &&
  order.route === route &&
  order.done === null &&
  order.overdue === undefined &&
  order.withdrawn === undefined &&
  rank(order.level ?? 'normal') >= rank(level ?? 'normal');

/** Nobody has to be called any more because nothing was done about this level. */
function responseGiven({ policy, at }: Moment, change: Change, { contactId, level, medium }: Order): Change {
  if (level === null) return withPhase(change);
  const duties = dutiesOf(policy, contactId);
  const stopped = change.callout.runs.reduce((next, run, i) => {
    if (rank(run.level) > rank(level)) return next;
    if (run.answered !== null) return (run.respondBy ?? null) === null ? next : patchRun(next, i, { respondBy: null });
    const isHis = run.kind === 'no-response' && maySettle(run, duties);
    return isHis ? patchRun(next, i, { answered: { contactId, medium, at } }) : next;
  }, change);
  return withPhase(hangUpUnwanted(stopped, contactId));
}

type Of<T extends Happening['type']> = Extract<Happening, { type: T }>;

/** Somebody has counted who is out. Once all are, the order is done. */
export function headCounted(moment: Moment, change: Change, event: Of<'head-counted'>): Change {
  const { orders = [] } = change.callout;
  const order = orders.find(({ number }) => number === event.order);
  if (order === undefined || order.headCount === null || order.done !== null) return change;
  const { expected, accounted, by } = event;
  if (order.headCount.expected === expected && order.headCount.accounted === accounted) return change;
  const counted = { ...order, headCount: { expected, accounted } };
  const told = tell(replaced(change, counted), 'head-counted', { order: order.number, by, expected, accounted });
  const isComplete = expected !== null && expected > 0 && accounted >= expected;
  return isComplete ? done(moment, told, counted, { by, note: '' }) : told;
}

/** Somebody reports an order done. */
export function orderDone(moment: Moment, change: Change, event: Of<'order-done'>): Change {
  const order = change.callout.orders?.find(({ number }) => number === event.order);
  return order === undefined || order.done !== null ? change : done(moment, change, order, event);
}

function done(
  moment: Moment,
  change: Change,
  order: Order,
  { by, note }: { readonly by: string; readonly note: string },
): Change {
  const { number, kind, headCount, withdrawn } = order;
  const closed: Order = { ...order, done: { by, note, at: moment.at } };
  const told = tell(replaced(change, closed), 'order-done', { order: number, kind, by, note, ...headCount });
  return withdrawn === undefined ? responseGiven(moment, told, closed) : told;
}

const replaced = (change: Change, order: Order): Change =>
  patch(change, {
    orders: (change.callout.orders ?? []).map((one) => (one.number === order.number ? order : one)),
  });
