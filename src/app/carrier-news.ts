import type { CarrierNews } from '../../alerting/io/carrier-check.ts';
import type { Logger } from '../platform/logger.ts';

/** Logs what is new of the carriers: a fault when it begins and when it ends, and once a day how each stands. */
export function logCarrierNews(log: Logger, news: readonly CarrierNews[]): void {
  for (const { type, ...facts } of news) {
    if (type === 'failing') log.error(facts, 'a carrier fails: the next of its medium stands by');
    if (type === 'well-again') log.info(facts, 'a carrier is well again');
    if (type === 'self-test') log.info(facts, 'daily self-test of a carrier');
  }
}
