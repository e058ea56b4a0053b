import { z } from 'zod';
import { At } from './shape.ts';

/** Whether people are called from this database; a copy calls nobody until a person has seen what that would begin. */
export const ArmingView = z.object({
  unarmed: z
    .object({
      why: z.enum(['restored', 'copied']).describe('Put back from a backup, or found at another place than before.'),
      since: At,
    })
    .nullable()
    .describe('Null: people are called.'),
  callouts: z
    .array(
      z.object({
        calloutId: z.uuid(),
        siteId: z.string(),
        openedAt: At,
        level: z.string().describe('The gravest that is still unanswered.'),
        dueAt: At.describe('When the next person was, or will be, due.'),
      }),
    )
    .describe('What goes on calling once it is armed: each with one person more, whatever time has passed.'),
});
export type ArmingView = z.infer<typeof ArmingView>;

export const ArmBody = z.object({
  seen: z.array(z.uuid()).max(10_000).describe('The callouts that were looked at: the same as would go on now.'),
});
export type ArmBody = z.infer<typeof ArmBody>;
