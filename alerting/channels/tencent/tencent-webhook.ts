import { z } from 'zod';
import { AppError } from '../../../src/core/errors.ts';
import type { CarrierReport } from '../../carrier-report.ts';
import { isSecretPath } from '../secret-path.ts';
import type { Told, Webhook } from '../webhook.ts';

const Status = z.looseObject({ sid: z.string(), report_status: z.string() });
const Reply = z.looseObject({
  mobile: z.string(),
  nationcode: z.string().default('86'),
  text: z.string(),
  time: z.union([z.number(), z.string()]).optional(),
});
const Call = z.looseObject({
  callid: z.string(),
  result: z.string().optional(),
  keypress: z.string().optional(),
  failure_code: z.number().optional(),
});
const Voice = z.looseObject({
  voiceprompt_callback: Call.optional(),
  voicekey_callback: Call.optional(),
  voice_failure_callback: Call.optional(),
});

/** 0: picked up, and over now; 1: not picked up; 2: something went wrong. */
const RESULTS: Readonly<Record<string, CarrierReport['event']>> = { 0: 'ended', 1: 'no-answer', 2: 'failed' };

/**
 * What Tencent Cloud posts: states of messages, replies, ends and keys of calls. It signs nothing: who knows the secret in
 * the path is believed. Calls and messages are told by its own names for them.
 */
export const tencentWebhook = ({ secret }: { readonly secret: string }): Webhook => ({
  hangsUpByRequest: false,
  hear({ url, body }) {
    if (!isSecretPath(url, secret)) throw new AppError('carrier/bad-signature', 'the path does not hold the secret');
    const told = toldBy(jsonOf(body));
    if (told === null) throw new AppError('request/invalid', 'this is nothing that Tencent Cloud reports');
    return told;
  },
  answer: () => ({ type: 'application/json', body: '{"result":0,"errmsg":"OK"}' }),
});

function toldBy(said: unknown): readonly Told[] | null {
  const states = z.array(Status).max(1_000).safeParse(said);
  if (states.success)
    return states.data.map(({ sid, report_status: status }) => {
      const event = status === 'SUCCESS' ? 'delivered' : 'undelivered';
      return { reference: sid, report: { reportId: `${sid}:${event}`, id: sid, event } };
    });
  const reply = Reply.safeParse(said);
  if (reply.success) {
    const { mobile, nationcode, text, time } = reply.data;
    return [{ from: `+${nationcode}${mobile}`, text, reportId: `${String(time ?? '')}:${text}` }];
  }
  const voice = Voice.safeParse(said);
  return voice.success ? callsOf(voice.data) : null;
}

function callsOf({
  voiceprompt_callback: end,
  voicekey_callback: key,
  voice_failure_callback: failure,
}: z.infer<typeof Voice>) {
  const tell = (callid: string, what: string, event: CarrierReport['event'], digit?: string): Told => ({
    reference: callid,
    report: { reportId: `${callid}:${what}`, id: callid, event, ...(digit !== undefined && { digit }) },
  });
  return [
    // Only one key is told: nothing is said after it that would ask for another.
    ...(key === undefined ? [] : [tell(key.callid, `key-${key.keypress ?? ''}`, 'digit', key.keypress ?? '')]),
    ...(failure === undefined ? [] : [tell(failure.callid, 'failure', 'failed')]),
    ...(end === undefined ? [] : [tell(end.callid, 'end', RESULTS[end.result ?? ''] ?? 'failed')]),
  ];
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}
