import { AppError } from '../../../src/core/errors.ts';
import type { CarrierReport } from '../../carrier-report.ts';
import { formOf } from '../webhook.ts';
import type { Told, Webhook } from '../webhook.ts';
import { isSignedByTwilio } from './twilio-signature.ts';
import { afterKey } from './twiml.ts';
import type { Voice } from './twiml.ts';

const CALL_EVENTS: Readonly<Record<string, CarrierReport['event']>> = {
  'ringing': 'ringing',
  'in-progress': 'answered',
  'completed': 'ended',
  'canceled': 'ended',
  'busy': 'busy',
  'no-answer': 'no-answer',
  'failed': 'failed',
};
const MESSAGE_EVENTS: Readonly<Record<string, CarrierReport['event']>> = {
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'undelivered',
};

/** What the state of a call is called here; `undefined`: nothing has happened yet. */
export const callEvent = (status: string): CarrierReport['event'] | undefined => CALL_EVENTS[status];
export const messageEvent = (status: string): CarrierReport['event'] | undefined => MESSAGE_EVENTS[status];

/** Where Twilio reports on an attempt; `step` counts the keys that were pressed. */
export const twilioAddress = (base: string, attemptId: string, step?: number): string =>
  `${base}/attempts/${attemptId}${step === undefined ? '' : `?step=${String(step)}`}`;

interface TwilioWebhook {
  /** Where Twilio reaches the webhook. */
  readonly base: string;
  readonly authToken: string;
  readonly voice: Voice;
}

/** What Twilio posts: states of calls and messages, keys, what a machine took, and messages that people send. */
export function twilioWebhook({ base, authToken, voice }: TwilioWebhook): Webhook {
  return {
    hangsUpByRequest: true,

    hear({ url, headers, body }) {
      const form = formOf(body);
      if (!isSignedByTwilio(authToken, url, form, headers['x-twilio-signature']))
        throw new AppError('carrier/bad-signature', 'X-Twilio-Signature does not match');
      const { pathname, searchParams } = new URL(url);
      const attemptId = /\/attempts\/([\da-f-]{36})$/u.exec(pathname)?.[1];
      if (attemptId === undefined) return [messageOf(form)];
      const report = reportOf(form, searchParams.get('step'));
      return report === null ? [] : [{ attemptId, report }];
    },

    answer({ url }, replies) {
      const { pathname, searchParams } = new URL(url);
      const step = searchParams.get('step');
      const attemptId = /\/attempts\/([\da-f-]{36})$/u.exec(pathname)?.[1];
      if (step === null || attemptId === undefined) return { type: 'text/xml', body: '<Response/>' };
      const action = twilioAddress(base, attemptId, Number(step) + 1);
      return { type: 'text/xml', body: afterKey(replies[0] ?? {}, action, voice) };
    },
  };
}

function messageOf({
  From: from = '',
  Body: text = '',
  MessageSid: reportId = '',
}: Readonly<Record<string, string>>): Told {
  if (reportId === '') throw new AppError('request/invalid', 'this is nothing that Twilio reports');
  return { from, text, reportId };
}

/** Null: nothing that a phone did. */
function reportOf(form: Readonly<Record<string, string>>, step: string | null): CarrierReport | null {
  const { CallSid: call, MessageSid: message, Digits: digit, AnsweredBy: answeredBy } = form;
  const id = call ?? message ?? '';
  if (step !== null)
    return digit === undefined || digit === '' ? null : { reportId: `${id}:key-${step}`, id, event: 'digit', digit };
  // Detected while the call goes on; what is no machine is told by its keys.
  if (answeredBy !== undefined && form['CallStatus'] !== 'completed')
    return /^(?:machine|fax)/u.test(answeredBy) ? { reportId: `${id}:machine`, id, event: 'voicemail' } : null;
  const status = form['CallStatus'] ?? form['MessageStatus'] ?? '';
  const event = call === undefined ? messageEvent(status) : callEvent(status);
  return event === undefined ? null : { reportId: `${id}:${status}`, id, event };
}
