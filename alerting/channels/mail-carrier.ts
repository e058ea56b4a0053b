import { createTransport } from 'nodemailer';
import { AppError } from '../../src/core/errors.ts';
import { SECOND } from '../../src/core/time.ts';
import type { Carrier } from './carrier.ts';
import { notNow, refused } from './vendor-request.ts';

interface MailCarrierOptions {
  /** smtp: or smtps:, with user and password. */
  readonly url: string;
  readonly from: string;
}

const TIMEOUT_MS = 8 * SECOND;

/**
 * Mail. The letter's Message-ID is made of the attempt, so that one that was sent twice is shown once by what sorts by it;
 * a server keeps no key. Taken by the server is all that is known of it: read it was only when it is answered.
 */
export function mailCarrier({ url, from }: MailCarrierOptions): Carrier {
  const transport = createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  const domain = from.split('@')[1] ?? 'localhost';
  return {
    call: () => Promise.reject(refused('mail-only')),
    async message({ attemptId, to, text }) {
      if (!to.includes('@')) throw refused('no-address');
      const messageId = `<${attemptId}@${domain}>`;
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          messageId,
          subject: text.split('。')[0] ?? text,
          text,
          headers: { 'X-Priority': '1', 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw failure(error);
      }
      return messageId;
    },
    // It is sent and gone.
    hangUp: () => Promise.resolve(),
    async about() {
      try {
        await transport.verify();
      } catch (error) {
        throw failure(error);
      }
      return { name: `SMTP ${new URL(url).host}`, simulated: false, page: null };
    },
  };
}

/** A server's 5xx is for ever, save where it concerns who we are; its 4xx and silence may pass. */
function failure(error: unknown): AppError {
  const { responseCode, code } = error as { readonly responseCode?: number; readonly code?: string };
  if (responseCode === undefined)
    return new AppError('carrier/unreachable', 'the mail server does not answer', { cause: error, retryable: true });
  return responseCode >= 500 && code !== 'EAUTH'
    ? refused(String(responseCode), responseCode)
    : notNow(String(responseCode), responseCode);
}
