import { AppError, hasCode } from '../../src/core/errors.ts';
import type { Carrier, CarrierRequest } from './carrier.ts';
import { LINES } from '../policy.ts';
import type { Medium } from '../policy.ts';
import { carriersFor } from './named-carrier.ts';
import type { Carriers } from './named-carrier.ts';

/** Stands between a carrier's name and its own name for a call. */
const BETWEEN = ' ';

/** What all carriers together call it: who has it, and what that one calls it. */
export const referenceOf = (carrier: string, own: string): string => `${carrier}${BETWEEN}${own}`;

/** Who has it and what that one calls it; null: nobody said who. */
export function ownReference(reference: string): { readonly carrier: string | null; readonly own: string } {
  const at = reference.indexOf(BETWEEN);
  return at < 0
    ? { carrier: null, own: reference }
    : { carrier: reference.slice(0, at), own: reference.slice(at + BETWEEN.length) };
}

/**
 * All carriers as one, for whoever keeps no record of which was asked: a call goes to the first of its medium that takes
 * it. Refused is what all of them refuse.
 */
export function standingBy(carriers: Carriers): Carrier {
  async function first(medium: Medium, request: CarrierRequest): Promise<string> {
    let away: Error | null = null;
    let no: Error | null = null;
    for (const { name, carrier } of carriersFor(carriers, medium)) {
      try {
        const reference = await (LINES.includes(medium) ? carrier.call(request) : carrier.message(request));
        return referenceOf(name, reference);
      } catch (error) {
        if (hasCode(error, 'carrier/refused')) no = error;
        else away = error instanceof Error ? error : new Error(String(error));
      }
    }
    throw away ?? no ?? new AppError('carrier/unreachable', 'no carrier is configured', { retryable: true });
  }

  return {
    call: (request) => first(request.medium ?? 'voice', request),
    message: (request) => first(request.medium ?? 'sms', request),
    async hangUp(reference) {
      const { carrier, own } = ownReference(reference);
      const by = carriers.find(({ name }) => name === carrier);
      // Learned from a report.
      if (by === undefined) await carriers[0]?.carrier.hangUp(reference);
      else await by.carrier.hangUp(own);
    },
    async about() {
      const [primary] = carriers;
      if (primary === undefined)
        throw new AppError('carrier/unreachable', 'no carrier is configured', { retryable: true });
      return primary.carrier.about();
    },
  };
}
