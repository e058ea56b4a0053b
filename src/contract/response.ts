import { z } from 'zod';
import { WARNING_LEVELS } from '../core/level.ts';
import { MEDIA } from './ladder-config.ts';
import { At, Line } from './shape.ts';

/** `respond`: he takes it in hand himself. */
const ORDER_KINDS = ['respond', 'patrol', 'stop-work', 'evacuate'] as const;

/** 响应: what is done because of a callout, on whose word. */
export const OrderView = z.object({
  number: z.number(),
  kind: z.enum(ORDER_KINDS),
  level: z.enum(WARNING_LEVELS).nullable().describe('The gravest level it is a response to; null: of none.'),
  contactId: z.string().describe('On whose word.'),
  enteredBy: z.string().nullable().describe('The account that entered it; null: the person, by key or message.'),
  medium: z.enum([...MEDIA, 'screen']),
  at: At,
  scope: z.string().describe('Whom or what it is for; empty: the whole site.'),
  route: z.string().nullable(),
  dueAt: At.nullable(),
  overdueAt: At.nullable().describe('When people were called because it was not done.'),
  withdrawnAt: At.nullable(),
  headCount: z.object({ expected: z.number().nullable(), accounted: z.number() }).nullable(),
  done: z.object({ by: z.string(), note: z.string(), at: At }).nullable(),
  broadcastId: z.string().nullable().describe('The evacuation broadcast that it began; null: none.'),
});
export type OrderView = z.infer<typeof OrderView>;

const Text = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, 'must hold no control characters but line breaks');

export const Release = z.strictObject({
  note: Text,
  inspection: Text.optional().describe('Who looked, and what was found. Owed for orange and red.'),
  openOrders: Text.optional().describe('Why it is closed although something that was ordered is not done.'),
});

const People = z.number().int().min(0).max(100_000);

/** Something is done. */
export const Respond = z.strictObject({
  kind: z.enum(ORDER_KINDS),
  issuer: Line(100)
    .optional()
    .describe('Contact on whose word; left out: whoever sits here. A response only to what that contact has answered.'),
  scope: z
    .string()
    .trim()
    .max(300)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters')
    .default(''),
  route: Line(300).nullish(),
  withinMinutes: z.number().int().min(1).max(1440).nullish().describe('Until then it has to be reported done.'),
  expected: People.nullish().describe('How many people have to be out.'),
});
export const CountHeads = z.strictObject({ expected: People.nullable(), accounted: People });
export const OrderDone = z.strictObject({ note: Text });
