import { z } from 'zod';
import { WARNING_LEVELS } from '../core/level.ts';
import { At, Line } from './shape.ts';
import { DUTIES, MEDIA } from './ladder-config.ts';

const Words = z.object({ zh: z.string(), en: z.string() });

/** What is supposed to happen. Nothing of it happens. */
export const RehearsalQuery = z.strictObject({
  rule: Line(40)
    .optional()
    .describe('Id of the rule whose level is reached; the first that has a limit for it if left out.'),
  level: z.enum(WARNING_LEVELS).default('red'),
  when: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'must be a time of the site such as 2026-07-01T02:10')
    .refine((written) => !Number.isNaN(Date.parse(`${written}:00Z`)), 'must be a time that there is')
    .optional()
    .describe("By the site's own clock; now if left out."),
  answers: Line(400)
    .optional()
    .describe('Ids of contacts, with commas, who answer the first time; everybody else lets it ring.'),
  minutes: z.coerce.number().int().min(1).max(1_440).default(60).describe('How far is looked.'),
});
export type RehearsalQuery = z.infer<typeof RehearsalQuery>;

export const RehearsalView = z.object({
  siteId: z.string(),
  configVersion: z.number(),
  target: z.object({ rule: z.string(), name: Words, unit: z.string() }),
  level: z.enum(WARNING_LEVELS),
  limit: z.number(),
  at: At,
  until: At,
  refusal: z
    .enum(['unguarded', 'level-not-called'])
    .nullable()
    .describe('Why nobody would be called: limits not approved or a point not in service; no ladder for this level.'),
  calls: z.array(
    z.object({
      attempt: z.number(),
      at: At,
      contactId: z.string(),
      name: Words,
      duty: z.enum(DUTIES).nullable(),
      phone: z.string().describe('Masked.'),
      medium: z.enum(MEDIA),
      level: z.enum(WARNING_LEVELS),
      say: Words,
      outcome: z.string().nullable().describe('null: it still rings where the looking ends.'),
      endedAt: At.nullable(),
    }),
  ),
  notes: z.array(z.object({ at: At, type: z.string(), facts: z.record(z.string(), z.unknown()) })),
  phase: z.string().describe('Where the callout stands where the looking ends; none: nobody is called.'),
  isCut: z.boolean().describe('There are more calls than are shown.'),
});
export type RehearsalView = z.infer<typeof RehearsalView>;
