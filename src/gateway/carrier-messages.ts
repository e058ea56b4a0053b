import { z } from 'zod';

/** What a carrier reports about a call or message it was asked for. See docs/carrier-api.md. */
export const CarrierReportBody = z.object({
  reportId: z.string().min(1).max(100).describe('Names this report: sent again, it gets the same reply.'),
  id: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('What the carrier calls the call or message, as it answered the request for it.'),
  event: z.enum([
    'ringing',
    'answered',
    'digit',
    'voicemail',
    'busy',
    'no-answer',
    'failed',
    'ended',
    'delivered',
    'undelivered',
  ]),
  digit: z
    .string()
    .regex(/^[0-9*#]$/)
    .optional()
    .describe('With event "digit".'),
  at: z
    .union([z.number(), z.iso.datetime({ offset: true })])
    .optional()
    .describe('When it happened at the carrier; for the record only.'),
});
export type CarrierReportBody = z.infer<typeof CarrierReportBody>;

/** A text message somebody sent. */
export const CarrierMessageBody = z.object({
  reportId: z.string().min(1).max(100),
  from: z.string().regex(/^\+\d{7,15}$/),
  text: z.string().max(1_000),
  at: z.union([z.number(), z.iso.datetime({ offset: true })]).optional(),
});

/** What the carrier should do next in the call. */
export const CarrierReplyBody = z.object({
  say: z.string().optional(),
  gather: z.object({ digits: z.literal(1) }).optional(),
  hangup: z.boolean().optional(),
});
export type CarrierReplyBody = z.infer<typeof CarrierReplyBody>;
