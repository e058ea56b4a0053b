import type { CarrierNews } from '../../alerting/io/carrier-check.ts';
import { carriersFor } from '../../alerting/channels/named-carrier.ts';
import type { Carriers } from '../../alerting/channels/named-carrier.ts';
import { CALL_PURPOSES, TEXT_PURPOSES } from '../../alerting/slots.ts';
import type { Purpose } from '../core/purpose.ts';
import type { Logger } from '../platform/logger.ts';

/** Logs what is new of the carriers: a fault when it begins and when it ends, and once a day how each stands. */
export function logCarrierNews(log: Logger, news: readonly CarrierNews[]): void {
  for (const { type, ...facts } of news) {
    if (type === 'failing') log.error(facts, 'a carrier fails: the next of its medium stands by');
    if (type === 'well-again') log.info(facts, 'a carrier is well again');
    if (type === 'self-test') log.info(facts, 'daily self-test of a carrier');
  }
}

/** What carriers cannot say for want of an approved template: of each, and of all of a medium together, which nobody can say then. */
export function missingTemplates(carriers: Carriers): {
  readonly each: readonly { readonly carrier: string; readonly missing: readonly Purpose[] }[];
  readonly none: readonly { readonly medium: 'voice' | 'sms'; readonly missing: readonly Purpose[] }[];
} {
  const none = (
    [
      ['voice', CALL_PURPOSES],
      ['sms', TEXT_PURPOSES],
    ] as const
  ).map(([medium, purposes]) => {
    const all = carriersFor(carriers, medium);
    const missing = purposes.filter((one) => all.every(({ noTemplate }) => noTemplate.includes(one)));
    return { medium, missing: all.length === 0 ? [] : missing };
  });
  return {
    each: carriers.flatMap(({ name, noTemplate }) =>
      noTemplate.length === 0 ? [] : [{ carrier: name, missing: noTemplate }],
    ),
    none: none.filter(({ missing }) => missing.length > 0),
  };
}

/** Says at the start what cannot be said. */
export function logMissingTemplates(log: Logger, carriers: Carriers): void {
  const { each, none } = missingTemplates(carriers);
  for (const facts of each) log.warn(facts, 'a carrier has no template for this: another carrier has to');
  for (const facts of none)
    log.error(facts, 'no carrier of this medium has a template for this: nobody is told it by it');
}
