import { z } from 'zod';
import { LEVELS, WARNING_LEVELS } from '../core/level.ts';
import { At, Line } from './shape.ts';

/** One alarm that is open, as the list of a site shows it. */
export const ListedAlarm = z.object({
  target: z.string(),
  state: z.enum(['normal', 'unacknowledged', 'acknowledged', 'returned-unacknowledged']),
  level: z.enum(LEVELS),
  worst: z.enum(LEVELS).describe('The gravest since it was opened: by it a shelf is limited.'),
  openedAt: At,
  acknowledged: z
    .object({ by: z.string(), at: At, until: At.nullable().describe('Then it is to be seen again.') })
    .nullable(),
  shelf: z
    .object({
      by: z.string(),
      reason: z.string(),
      at: At,
      until: At.describe('It comes off by itself then, or when it rises above `upTo`.'),
      upTo: z.enum(WARNING_LEVELS),
    })
    .nullable(),
  hidden: z
    .object({
      why: z.enum(['shelved', 'suppressed', 'out-of-service']),
      point: z.string().nullable().describe('Whose state it is; null: somebody shelved it.'),
    })
    .nullable()
    .describe('Why it asks for no attention; null: it does. Whom a callout calls does not follow from it.'),
  shelfHoursAtMost: z.number(),
  secondPerson: z.boolean().describe('A second person has to agree before it is shelved.'),
  stale: z.boolean().describe('It has stood for longer than the site allows (24 h).'),
  chattering: z.boolean().describe('Its level changed again and again within the last hour.'),
});
export type ListedAlarm = z.infer<typeof ListedAlarm>;

export const ShelveAlarm = z.strictObject({
  target: Line(200),
  hours: z
    .number()
    .min(0.01)
    .max(31 * 24)
    .describe('It comes off by itself then.'),
  reason: Line(300).trim().min(1),
});
export type ShelveAlarm = z.infer<typeof ShelveAlarm>;

export const UnshelveAlarm = z.strictObject({ target: Line(200) });
