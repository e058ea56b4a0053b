import { AppError } from '../../src/core/errors.ts';
import type { Callout } from '../callout.ts';
import type { Happening, OrderAsked } from '../callout-event.ts';
import type { HeadCount, Order } from '../order.ts';
import { take } from './callout-book.ts';
import type { HeldCallout, Tx } from './callout-book.ts';
import type { DeskPorts } from './desk-ports.ts';

/** What people enter on the page after an answer. Each throws `callout/not-found`, `callout/already-released`. */
export interface ResponseDesk {
  /** Something is done: on the word of `issuer`, entered by `by`, which answers as `screen`. */
  respond(calloutId: string, given: RespondGiven): Promise<Callout>;
  /** Who answered on the page cannot: the next person is called. */
  declineOnScreen(calloutId: string, contactId: string): Promise<Callout>;
  /** Throws `order/not-found` also where the order has nobody to count. */
  countHeads(calloutId: string, order: number, by: string, count: HeadCount): Promise<Callout>;
  /** Throws `order/not-found`. One that is done stays as it was reported. */
  reportDone(calloutId: string, order: number, by: string, note: string): Promise<Callout>;
}

interface RespondGiven {
  readonly by: string;
  readonly screen: string;
  readonly issuer: string;
  readonly order: OrderAsked;
}

export type WithCallout = (
  id: string,
  work: (tx: Tx, callout: HeldCallout & { readonly state: Callout }) => Promise<Callout | null>,
) => Promise<Callout>;

export function responseDesk({ clock, draw, policyOf }: DeskPorts, withCallout: WithCallout): ResponseDesk {
  const happens = (
    calloutId: string,
    happening: Happening,
    order?: { readonly number: number; readonly fits?: (order: Order) => boolean },
  ) =>
    withCallout(calloutId, async (tx, callout) => {
      const { number, fits = () => true } = order ?? {};
      const known = callout.state.orders?.find((one) => one.number === number);
      if (number !== undefined && (known === undefined || !fits(known)))
        throw new AppError('order/not-found', 'there is no such order in this callout');
      return take(tx, callout, happening, { at: await clock.read(tx), draw, policyOf });
    });

  return {
    respond: (calloutId, given) => happens(calloutId, { type: 'responded', ...given }),
    declineOnScreen: (calloutId, contactId) => happens(calloutId, { type: 'declined-on-screen', contactId }),
    countHeads: (calloutId, number, by, count) =>
      happens(
        calloutId,
        { type: 'head-counted', order: number, by, ...count },
        { number, fits: ({ headCount }) => headCount !== null },
      ),
    reportDone: (calloutId, number, by, note) =>
      happens(calloutId, { type: 'order-done', order: number, by, note }, { number }),
  };
}
