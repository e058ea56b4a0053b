import { CarrierReplyBody } from '../gateway/carrier-messages.ts';
import { signatureOf } from '../gateway/carrier-signature.ts';
import type { CalloutDesk } from '../gateway/ports.ts';
import { SECOND } from '../core/time.ts';
import type { Clock } from '../core/time.ts';
import { isDatabaseAway } from '../platform/database-failure.ts';

type Desk = Pick<CalloutDesk, 'report' | 'reply'>;

interface DarkDoor {
  /** As carriers are told it, without a slash at its end. */
  readonly url: string;
  readonly key: string;
  readonly clock: Clock;
}

const ANSWER_WITHIN_MS = 5 * SECOND;

/**
 * What phones say that were called before the database was lost: told to the process that calls without it, which
 * climbs their ladders. It takes a report once, whoever brings it. What it cannot take fails as without it: the carrier
 * reports again.
 */
export function forwardedInDark(desk: Desk, { url, key, clock }: DarkDoor): Desk {
  async function tell(path: string, message: unknown, away: unknown): Promise<CarrierReplyBody> {
    if (!isDatabaseAway(away)) throw away;
    const address = url + path;
    const body = JSON.stringify(message);
    const timestamp = String(Math.floor(clock.now() / SECOND));
    const signed = { timestamp, path: new URL(address).pathname, body: new TextEncoder().encode(body) };
    const headers = {
      'content-type': 'application/json',
      'x-carrier-timestamp': timestamp,
      'x-carrier-signature': signatureOf(key, signed).toString('hex'),
    };
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const response = await fetch(address, { method: 'POST', body, headers, signal }).catch(() => null);
    if (response?.ok !== true) throw away;
    return CarrierReplyBody.parse(await response.json());
  }

  return {
    report: (attemptId, report) =>
      desk
        .report(attemptId, report)
        .catch((error: unknown) => tell(`/carrier/attempts/${encodeURIComponent(attemptId)}`, report, error)),
    reply: (from, text, reportId) =>
      desk
        .reply(from, text, reportId)
        .catch((error: unknown) => tell('/carrier/messages', { from, text, reportId }, error)),
  };
}
