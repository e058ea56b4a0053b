import { NO_LIMITS } from '../../alerting/budget/limit.ts';
import type { Carrier } from '../../alerting/channels/carrier.ts';
import type { NamedCarrier } from '../../alerting/channels/named-carrier.ts';

/** A carrier of calls and messages that keeps keys and has no limits, save what is said. */
export const named = (name: string, carrier: Carrier, more: Partial<NamedCarrier> = {}): NamedCarrier => ({
  name,
  kind: 'http',
  media: ['voice', 'sms'],
  keepsKeys: true,
  converses: true,
  silentAfterMs: 20_000,
  limits: NO_LIMITS,
  noTemplate: [],
  carrier,
  ...more,
});
