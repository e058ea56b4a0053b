import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import { MINUTE } from '../core/time.ts';
import type { Instant } from '../core/time.ts';

/** A report whose timestamp is further from now than this is refused: it may have been recorded and sent again. */
const SIGNATURE_WINDOW_MS = 5 * MINUTE;

/** What a carrier sends along with a report. */
export interface SignedRequest {
  /** Header X-Carrier-Timestamp: epoch seconds. */
  readonly timestamp: string | undefined;
  /** Header X-Carrier-Signature: hex HMAC-SHA256 of timestamp, path and body, joined by line feeds. */
  readonly signature: string | undefined;
  /** Path as the carrier was told it: it names the attempt, so a report cannot be moved to another. */
  readonly path: string;
  /** The bytes as they came. */
  readonly body: Uint8Array;
}

/** Who holds `key` signs so. */
export const signatureOf = (
  key: string,
  { timestamp, path, body }: { readonly timestamp: string } & Pick<SignedRequest, 'path' | 'body'>,
): Buffer => createHmac('sha256', key).update(`${timestamp}\n${path}\n`).update(body).digest();

/** Throws `carrier/bad-signature` unless the carrier that holds `key` signed this within five minutes of now. */
export function checkCarrierSignature(key: string, request: SignedRequest, now: Instant): void {
  const refuse = (why: string) => new AppError('carrier/bad-signature', why);
  const { timestamp = '', signature = '', path, body } = request;
  if (!/^\d{1,12}$/.test(timestamp)) throw refuse('X-Carrier-Timestamp is not in epoch seconds');
  if (!/^[0-9a-f]{64}$/i.test(signature)) throw refuse('X-Carrier-Signature is not an HMAC-SHA256 in hex');
  if (!timingSafeEqual(signatureOf(key, { timestamp, path, body }), Buffer.from(signature, 'hex')))
    throw refuse('the signature does not match');
  if (Math.abs(Number(timestamp) * 1_000 - now) > SIGNATURE_WINDOW_MS)
    throw refuse('the timestamp is over five minutes off');
}
