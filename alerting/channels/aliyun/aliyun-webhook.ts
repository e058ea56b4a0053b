import { z } from 'zod';
import { AppError } from '../../../src/core/errors.ts';
import type { CarrierReport } from '../../carrier-report.ts';
import { isSecretPath } from '../secret-path.ts';
import type { Told, Webhook } from '../webhook.ts';
import { fromAliyunNumber } from './aliyun-request.ts';

/** 呼叫中间状态. */
const ON_THE_WAY: Readonly<Record<string, CarrierReport['event']>> = { 200201: 'ringing', 200102: 'answered' };
/** 呼叫结果状态. */
const RESULTS: Readonly<Record<string, CarrierReport['event']>> = {
  // Heard to the end, hung up before, or no key in time: the line is dead.
  200000: 'ended',
  200001: 'ended',
  200008: 'ended',
  200100: 'ended',
  200002: 'busy',
  200003: 'no-answer',
  200005: 'no-answer',
  200007: 'no-answer',
  200010: 'no-answer',
};
const KEY = '300000';

/** What the result of a call is called here; what is not known is a call that failed. `null`: it is still on its way. */
export const resultEvent = (code: string): CarrierReport['event'] | null =>
  code === '' || code in ON_THE_WAY || code === '200101' || code === KEY ? null : (RESULTS[code] ?? 'failed');

const Uuid = z.uuid();
const OUT_ID = /^[0-9a-f]{15,32}$/u;
const Report = z.looseObject({
  // Of calls.
  call_id: z.string().optional(),
  status_code: z.coerce.string().optional(),
  dtmf: z.string().optional(),
  end_time: z.string().optional(),
  // Of messages.
  biz_id: z.string().optional(),
  success: z.boolean().optional(),
  out_id: z.string().optional(),
  // Of what people send.
  phone_number: z.string().optional(),
  content: z.string().optional(),
  sequence_id: z.union([z.string(), z.number()]).optional(),
  send_time: z.string().optional(),
});
type Report = z.infer<typeof Report>;

/**
 * What Aliyun posts, several at once: VoiceCallReport, VoiceReport, SmsReport, SmsUp. It signs nothing: who knows the
 * secret in the path is believed, and each must name an attempt of ours.
 */
export const aliyunWebhook = ({ secret }: { readonly secret: string }): Webhook => ({
  hangsUpByRequest: false,
  hear({ url, body }) {
    if (!isSecretPath(url, secret)) throw new AppError('carrier/bad-signature', 'the path does not hold the secret');
    const reports = z.array(Report).max(1_000).safeParse(jsonOf(body));
    if (!reports.success) throw new AppError('request/invalid', 'this is nothing that Aliyun reports');
    return reports.data.flatMap(toldBy);
  },
  answer: () => ({ type: 'application/json', body: '{"code":0,"msg":"ok"}' }),
});

function toldBy(report: Report): readonly Told[] {
  const { content, phone_number: phone, sequence_id: sequence, send_time: sent, out_id: attemptId } = report;
  if (content !== undefined && phone !== undefined && report.success === undefined)
    return [{ from: fromAliyunNumber(phone), text: content, reportId: `${phone}:${String(sequence ?? sent ?? '')}` }];
  // Calls and messages of others who share the account are none of ours.
  if (report.call_id !== undefined) return callTold(report.call_id, report);
  if (!Uuid.safeParse(attemptId).success || attemptId === undefined) return [];
  return reportsOf(report).map((each) => ({ attemptId, report: each }));
}

/** A call is named by what they call it: of our id they keep no more than its beginning. */
function callTold(call: string, report: Report): readonly Told[] {
  const begins = (report.out_id ?? '').replaceAll('-', '');
  if (!OUT_ID.test(begins)) return [];
  return reportsOf(report).map((each) => ({ reference: call, begins, report: each }));
}

function reportsOf({
  call_id: call,
  biz_id: message,
  success,
  status_code: code = '',
  dtmf = '',
  end_time: ended,
}: Report) {
  const id = call ?? message ?? '';
  const tell = (what: string, event: CarrierReport['event'], digit?: string): CarrierReport => ({
    reportId: `${id}:${what}`,
    id,
    event,
    ...(digit !== undefined && { digit }),
  });
  if (success !== undefined) return [tell('state', success ? 'delivered' : 'undelivered')];
  // Told while the call lasts, and again at its end: of each key once.
  const keys = Array.from(dtmf)
    .filter((digit) => /[0-9*#]/u.test(digit))
    .map((digit) => tell(`key-${digit}`, 'digit', digit));
  const moved = ON_THE_WAY[code];
  if (moved !== undefined) return [tell(code, moved)];
  // Only the record of the whole call tells how it ended.
  if (ended === undefined && code !== '200100') return keys;
  const event = resultEvent(code);
  return event === null ? keys : [...keys, tell('end', event)];
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}
