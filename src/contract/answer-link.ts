import { z } from 'zod';
import { WARNING_LEVELS } from '../core/level.ts';
import { At } from './shape.ts';

export const LinkToken = z.strictObject({ token: z.string().min(1).max(100) });

/** What somebody may say after his answer. */
export const SAID = ['respond', 'stop-work', 'evacuate', 'declined', 'wrong-person'] as const;
export const LinkSaid = LinkToken.extend({ what: z.enum(SAID) });

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
  said: z.array(z.enum(SAID)).describe('What this person has said since, by this message.'),
  isAsked: z.boolean().describe('Whether he may say more.'),
});
export type LinkView = z.infer<typeof LinkView>;
