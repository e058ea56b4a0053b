import { rank } from '../src/core/level.ts';
import type { Level, WarningLevel } from '../src/core/level.ts';
import type { Instant } from '../src/core/time.ts';
import type { Medium } from './policy.ts';

/** What somebody may say that is done. `respond`: he takes it in hand himself. */
export const ORDER_KINDS = ['respond', 'patrol', 'stop-work', 'evacuate'] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

/** People who have to be out, and those who are. */
export interface HeadCount {
  /** `null`: nobody has said yet how many there are. */
  readonly expected: number | null;
  readonly accounted: number;
}

/** 响应: what is done because of the callout, on whose word. */
export interface Order {
  /** From 1, unique in the callout. */
  readonly number: number;
  readonly kind: OrderKind;
  /** The gravest level it is a response to: by the duty of who gave it. `null`: of none. */
  readonly level: WarningLevel | null;
  /** Who gave it. */
  readonly contactId: string;
  /** The account that entered it; `null`: he gave it himself. */
  readonly enteredBy: string | null;
  readonly medium: Medium | 'screen';
  readonly attempt: number | null;
  readonly at: Instant;
  /** Whom or what it is for; empty: the whole site. */
  readonly scope: string;
  readonly route: string | null;
  /** Until then it has to be reported done; `null`: it has no date. */
  readonly dueAt: Instant | null;
  /** Of an evacuation. */
  readonly headCount: HeadCount | null;
  readonly done: { readonly by: string; readonly note: string; readonly at: Instant } | null;
  /** When people were called because it was not done. */
  readonly overdue?: Instant;
  /** When he who gave it said that he cannot. What he ordered stands; it is no response any more. */
  readonly withdrawn?: Instant;
}

/** When people are called because it was not done; `null`: never. */
export const orderDueAt = ({ dueAt, done, overdue }: Order): Instant | null =>
  done === null && overdue === undefined ? dueAt : null;

/** Whether there is a response to this level that still holds. */
export const isRespondedTo = (orders: readonly Order[], level: Level): boolean =>
  orders.some(
    (order) =>
      order.level !== null &&
      rank(order.level) >= rank(level) &&
      order.withdrawn === undefined &&
      (order.done !== null || order.overdue === undefined),
  );

/** Whether it keeps a callout from being closed: what was ordered of others, and is not done. */
export const isOutstanding = ({ kind, done }: Order): boolean => kind !== 'respond' && done === null;
