import { z } from 'zod';

const Words = z.strictObject({ zh: z.string().min(1).max(60), en: z.string().min(1).max(60) });

/** The file of a watchdog: what it watches, and whom it calls when that gives no sign of life. */
export const WatchdogConfig = z
  .strictObject({
    name: Words.describe('What is watched, as it is said on the telephone.'),
    timeZone: z.string().min(1).max(60).default('Asia/Shanghai'),
    silenceSeconds: z
      .number()
      .int()
      .min(20)
      .max(3_600)
      .default(120)
      .describe('Without a sign of life for so long people are called. Signs come every 10 s.'),
    graceSeconds: z
      .number()
      .int()
      .min(5)
      .max(600)
      .default(30)
      .describe('After a start of its own it waits so long at least.'),
    longestStopMinutes: z
      .number()
      .int()
      .min(1)
      .max(1_440)
      .default(240)
      .describe('No announced stop is believed longer.'),
    people: z
      .array(
        z.strictObject({
          id: z.string().regex(/^[\w-]{1,40}$/),
          name: Words,
          phone: z
            .string()
            .regex(/^\+\d{8,15}$/)
            .describe('With its country: +86…'),
        }),
      )
      .min(1),
    ladder: z
      .array(
        z.strictObject({
          call: z.string().describe('Id of a person.'),
          answerWithinSeconds: z.number().int().min(10).max(600).default(60),
        }),
      )
      .min(1)
      .describe('Called in this order, round by round, until one of them presses the digit.'),
  })
  .refine(({ people, ladder }) => ladder.every(({ call }) => people.some(({ id }) => id === call)), {
    path: ['ladder'],
    error: 'every rung must call one of the people',
  });
export type WatchdogConfig = z.infer<typeof WatchdogConfig>;

/** What a service says of itself, at POST /heartbeat with the shared key as a bearer. */
export const HeartbeatBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('alive'), upMs: z.number().min(0).describe('How long this process has worked, ms.') }),
  z.object({
    type: z.literal('stopping'),
    forMs: z.number().int().min(0).max(86_400_000).describe('It will be back within so long, ms.'),
    why: z.string().max(300),
  }),
]);
export type HeartbeatBody = z.infer<typeof HeartbeatBody>;
