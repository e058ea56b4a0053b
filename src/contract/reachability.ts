import { z } from 'zod';
import { At, Line } from './shape.ts';

/** Calls somebody now, to prove that the number reaches them. */
export const ProveNumber = z.strictObject({
  contactId: z.string().min(1).max(40),
  line: z.number().int().min(0).max(20).describe('Which of the person’s numbers, the first is 0.'),
});
export type ProveNumber = z.infer<typeof ProveNumber>;

/** Lets a number be called again that was suspended because somebody else had answered. */
export const LiftNumber = z.strictObject({
  ...ProveNumber.shape,
  reason: Line(300).trim().min(1).describe('How it is known that the number reaches the person.'),
});
export type LiftNumber = z.infer<typeof LiftNumber>;

const Call = z.object({
  at: At,
  reason: z.enum(['asked', 'roll-call', 'gaps', 'drill']),
  by: z.string(),
  outcome: z.string().nullable().describe('null: under way. `confirmed`: a person pressed the key.'),
});

/** Whether the people of a site can be reached. */
export const ReachabilityView = z.object({
  numbers: z.array(
    z.object({
      contactId: z.string(),
      line: z.number(),
      phone: z.string().describe('Masked, unless whoever asks may see numbers.'),
      provedAt: At.nullable().describe('When a person last pressed the key; null: never.'),
      suspendedSince: At.nullable().describe(
        'Somebody else answered there: it is called only where nobody else is left. null: not.',
      ),
      last: Call.nullable(),
    }),
  ),
  nextRollCallAt: At.nullable(),
  gapsCheckedAt: At.nullable(),
  reviewedAt: At.nullable().describe('When somebody last declared that all numbers and people are right.'),
  reviewOverdue: z.boolean().describe('The yearly day of review has passed without one.'),
});
export type ReachabilityView = z.infer<typeof ReachabilityView>;
