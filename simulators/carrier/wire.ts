import { z } from 'zod';

const Phone = z.string().regex(/^\+\d{7,15}$/u, 'must be +, country code and number');
const CallbackUrl = z.url({ protocol: /^https?$/u });
const Gather = z.object({ digits: z.literal(1) });

/** Body of POST /v1/calls. */
export const PlaceCall = z.strictObject({
  to: Phone,
  language: z.string().max(20).default('zh-CN'),
  say: z.string().min(1).max(2000),
  gather: Gather.optional(),
  callback: CallbackUrl,
});

/** Body of POST /v1/messages. */
export const SendMessage = z.strictObject({
  to: Phone,
  text: z.string().min(1).max(2000),
  callback: CallbackUrl,
  inbound: CallbackUrl,
});

/** What the caller answers to a report about a call; whatever else it says is let pass. */
export const ReportReply = z.object({
  say: z.string().max(2000).optional(),
  gather: Gather.optional(),
  hangup: z.boolean().optional(),
});
export type ReportReply = z.infer<typeof ReportReply>;

/** One report as it is posted to the caller. */
export interface Report {
  readonly reportId: string;
  readonly [fact: string]: string;
}
