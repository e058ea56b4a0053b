import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { CarrierReplyBody } from '../gateway/carrier-messages.ts';
import { signatureOf } from '../gateway/carrier-signature.ts';
import type { CalloutDesk } from '../gateway/ports.ts';
import { SECOND } from '../core/time.ts';
import type { Clock } from '../core/time.ts';
import { derivedKey } from '../platform/derived-key.ts';
import { isDatabaseAway } from '../platform/database-failure.ts';
import { httpUrl } from '../platform/settings.ts';

type Desk = Pick<CalloutDesk, 'report' | 'reply'>;

interface DarkDoor {
  /** As carriers are told it, without a slash at its end. */
  readonly url: string;
  /** Where it listens, where it speaks HTTPS; null: it is reached by its URL. */
  readonly secure: { readonly host: string; readonly port: number } | null;
  /** With which the gateway signs, as the carrier of this name. */
  readonly signedAs: { readonly name: string; readonly key: string };
  readonly clock: Clock;
}

/** Of our own two processes, which is no carrier's: by it one tells the other what it heard. */
const OURSELVES = 'gateway';

/** The key by which the gateway is believed at the dark door; none without a SECRET_KEY. */
export const darkKey = (secretKey: string | null): readonly (readonly [string, string])[] =>
  secretKey === null ? [] : [[OURSELVES, derivedKey(secretKey, 'dark door').toString('hex')]];

const ANSWER_WITHIN_MS = 5 * SECOND;

/**
 * What phones say that were called before the database was lost: told to the process that calls without it, which
 * climbs their ladders. It takes a report once, whoever brings it. What it cannot take fails as without it: the carrier
 * reports again.
 */
export function forwardedInDark(desk: Desk, { url, secure, signedAs, clock }: DarkDoor): Desk {
  async function tell(path: string, message: unknown, away: unknown): Promise<CarrierReplyBody> {
    if (!isDatabaseAway(away)) throw away;
    const address = `${url}${path}?carrier=${signedAs.name}`;
    const body = JSON.stringify(message);
    const timestamp = String(Math.floor(clock.now() / SECOND));
    const { pathname, search } = new URL(address);
    const signed = { timestamp, path: pathname + search, body: new TextEncoder().encode(body) };
    const headers = {
      'content-type': 'application/json',
      'x-carrier-timestamp': timestamp,
      'x-carrier-signature': signatureOf(signedAs.key, signed).toString('hex'),
    };
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const sent = { body, headers, signal };
    const answer = await (secure === null
      ? toUrl(address, sent)
      : toOwnDoor({ ...secure, path: path + search }, sent)
    ).catch(() => null);
    if (answer === null) throw away;
    return CarrierReplyBody.parse(JSON.parse(answer));
  }

  return {
    report: (attemptId, report, from) =>
      desk
        .report(attemptId, report, from)
        .catch((error: unknown) => tell(`/carrier/attempts/${encodeURIComponent(attemptId)}`, report, error)),
    reply: (from, text, reportId) =>
      desk
        .reply(from, text, reportId)
        .catch((error: unknown) => tell('/carrier/messages', { from, text, reportId }, error)),
  };
}

interface Sent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function toUrl(address: string, sent: Sent): Promise<string | null> {
  const response = await fetch(address, { method: 'POST', ...sent });
  return response.ok ? response.text() : null;
}

/**
 * To this machine's own door, whose certificate is for the name that carriers use: it is not looked at here. The message
 * is signed, and holds no secret.
 */
function toOwnDoor(
  door: { host: string; port: number; path: string },
  { body, headers, signal }: Sent,
): Promise<string | null> {
  const reached = new URL(httpUrl(door.host, door.port, true));
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, signal, rejectUnauthorized: false };
    const asked = request(new URL(door.path, reached), options, (response) => {
      text(response).then((answer) => resolve(response.statusCode === 200 ? answer : null), reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
