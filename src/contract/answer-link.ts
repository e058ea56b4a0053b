import { z } from 'zod';
import { WARNING_LEVELS } from '../core/level.ts';
import { At } from './shape.ts';

export const LinkToken = z.strictObject({ token: z.string().min(1).max(100) });

/** What the link of one message shows to who holds the telephone. */
export const LinkView = z.object({
  site: z.object({ zh: z.string(), en: z.string() }),
  timeZone: z.string(),
  person: z.object({ zh: z.string(), en: z.string() }).describe('Who was asked.'),
  level: z.enum(WARNING_LEVELS).describe('What was put to the person.'),
  sentAt: At,
  text: z.object({ zh: z.string(), en: z.string() }).describe('The message itself.'),
  state: z
    .enum(['open', 'answered', 'over'])
    .describe('open: a press answers. answered: this person has. over: the callout is closed, or others have.'),
});
export type LinkView = z.infer<typeof LinkView>;
