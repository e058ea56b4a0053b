import type { Callout } from './callout.ts';
import type { Order } from './order.ts';
import type { CalloutPolicy } from './policy.ts';

/**
 * The orders to leave that begin a broadcast by themselves, if they have not begun it: where the site says so, while the callout
 * is open and the order is not done. Never of a drill: nobody calls a village because somebody practises the keys.
 */
export function evacuationsOwed(policy: CalloutPolicy, { phase, orders = [] }: Callout): readonly Order[] {
  if (policy.evacuateStartsBroadcast !== true || policy.drill === true || phase === 'released') return [];
  return orders.filter(isEvacuation).filter(({ done }) => done === null);
}

/** Whether it orders people to leave. */
export const isEvacuation = ({ kind }: Order): boolean => kind === 'evacuate';
