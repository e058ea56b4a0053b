import { z } from 'zod';
import { At } from './shape.ts';

/** Why a callout had been opened, as a person judged it after it was closed. */
export const CALLOUT_CAUSES = ['hazard', 'instrument', 'not-needed'] as const;
export const JudgeCallout = z.strictObject({
  cause: z
    .enum(CALLOUT_CAUSES)
    .describe('hazard: there was danger; instrument: a false alarm; not-needed: it was true, and nobody was needed.'),
});

export const FiguresView = z.object({
  from: At,
  to: At,
  complete: z.boolean().describe('False: there was so much that only the newest part was counted.'),
  alarms: z.object({
    total: z.number().describe('Rises, and levels told anew: somebody had to look.'),
    perDay: z.number(),
    peak: z.number().describe('Most of them within the time of a flood (10 min).'),
    floods: z.number().describe('How often there were more than the operators can follow.'),
  }),
  standing: z.number().describe('Alarms that stand now.'),
  stale: z.array(z.string()).describe('Targets that have stood for longer than a day.'),
  chattering: z.array(z.string()).describe('Targets that changed again and again within a minute.'),
  nuisances: z.array(z.object({ target: z.string(), count: z.number() })).describe('The ten that asked most often.'),
  nightCalls: z
    .array(z.object({ monday: z.string(), calls: z.number(), nights: z.number() }))
    .describe('Telephones that rang from 22:00 to 06:00 in the zone of the site, by week, the newest first.'),
  wakes: z.object({
    callouts: z.number().describe('Closed in this time after a telephone had rung.'),
    judged: z.number().describe('Of these, those of which somebody said what the cause was.'),
    falseWakes: z.number().describe('Of these, false alarms and those for which nobody was needed.'),
  }),
  unjudged: z.array(z.object({ calloutId: z.string(), openedAt: At, endedAt: At })),
});
export type FiguresView = z.infer<typeof FiguresView>;
