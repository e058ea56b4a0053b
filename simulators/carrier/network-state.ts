import { z } from 'zod';
import { instant } from '../../src/core/time.ts';
import { CallEntry, Script } from './script.ts';

const At = z.number().transform(instant);
const Call = z.object({
  id: z.string(),
  key: z.string(),
  to: z.string(),
  language: z.string(),
  callback: z.string(),
  state: z.enum(['dialling', 'ringing', 'talking', 'recording', 'ended']),
  ending: z
    .enum(['no-answer', 'busy', 'failed', 'voicemail', 'hung-up', 'ended-by-caller', 'talk-time-over'])
    .nullable(),
  say: z.string(),
  heard: z.array(z.string()).readonly(),
  pressed: z.array(z.string()).readonly(),
  gathering: z.boolean(),
  closing: z.boolean(),
  history: z.array(z.object({ state: z.string(), at: At })).readonly(),
});
const Message = z.object({
  id: z.string(),
  key: z.string(),
  to: z.string(),
  text: z.string(),
  at: At,
  inbound: z.string(),
  state: z.enum(['delivered', 'undelivered', 'reply']),
});
const by = <T extends z.ZodType>(value: T) => z.array(z.tuple([z.string(), value])).readonly();

/** What a phone network has to know to go on after its program has ended. */
export const NetworkState = z.object({
  calls: z.array(Call).readonly(),
  messages: z.array(Message).readonly(),
  requests: by(z.number()),
  scripts: by(Script),
  taken: by(z.object({ calls: z.number(), messages: z.number() })),
  entries: by(CallEntry),
  intended: by(z.object({ presses: z.array(z.string()), thinkMs: z.number() })),
  pending: z
    .array(
      z.object({
        line: z.string(),
        url: z.string(),
        report: z.intersection(z.object({ reportId: z.string() }), z.record(z.string(), z.string())),
      }),
    )
    .readonly(),
});
export type NetworkState = z.infer<typeof NetworkState>;
