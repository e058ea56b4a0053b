import type { Carrier } from '../../alerting/channels/carrier.ts';
import { httpCarrier } from '../../alerting/channels/http-carrier.ts';
import { AppError } from '../core/errors.ts';
import type { Settings } from '../platform/settings.ts';

/** The carrier that the settings name; `null`: none. */
export function carrierOf({
  carrierUrl,
  carrierKey,
  publicUrl,
}: Pick<Settings, 'carrierUrl' | 'carrierKey' | 'publicUrl'>): Carrier | null {
  return carrierUrl === null || carrierKey === null
    ? null
    : httpCarrier({ url: carrierUrl, key: carrierKey, publicUrl });
}

/** Without a carrier every attempt waits for one: ladders climb, the page says that nobody can be called. */
const unreachable = (): Promise<never> =>
  Promise.reject(new AppError('carrier/unreachable', 'no carrier is configured', { retryable: true }));
export const NO_CARRIER: Carrier = { call: unreachable, message: unreachable, hangUp: unreachable, about: unreachable };
