import { z } from 'zod';
import { WARNING_LEVELS } from '../core/level.ts';
import { CalloutFigures } from './callout-report.ts';
import { DENIES, deniesDrill } from './denies-drill.ts';
import { At, Line } from './shape.ts';

export const StartDrill = z.strictObject({
  level: z.enum(WARNING_LEVELS).describe('The level whose people are called.'),
  target: Line(80).optional().describe('The rule, as in the list of the site, that it supposes to have reached it.'),
  section: Line(40).optional().describe('Id of the section.'),
  scenario: Line(120)
    .trim()
    .refine((text) => !deniesDrill(text), DENIES)
    .optional()
    .describe('What is supposed, as it is spoken.'),
  plannedFor: z
    .number()
    .int()
    .min(0)
    .max(8.64e15)
    .optional()
    .describe('When it begins, epoch milliseconds; now if left out.'),
});
export type StartDrill = z.infer<typeof StartDrill>;

export const EndDrill = z.strictObject({
  note: Line(300).trim().min(1).describe('Why it is ended, or not held.'),
});
export type EndDrill = z.infer<typeof EndDrill>;

/** `missed`: its time had long passed when the service could have begun it. */
const DRILL_STATES = ['planned', 'running', 'ended', 'cancelled', 'dropped'] as const;
/** How one that began has ended. `unreadable`: by a fault of the service. */
const DRILL_ENDS = ['released', 'real', 'stopped', 'over-time', 'unreadable'] as const;

export const DrillView = z.object({
  drillId: z.string(),
  siteId: z.string(),
  level: z.enum(WARNING_LEVELS),
  what: z.object({ zh: z.string(), en: z.string() }).describe('What is supposed, as it is spoken.'),
  plannedFor: At,
  askedBy: z.string(),
  askedAt: At,
  state: z.enum(DRILL_STATES),
  endedHow: z.enum(DRILL_ENDS).nullable().describe('null: it runs, or never began.'),
  why: z.string().nullable().describe('Why it was cancelled or dropped: words of a person, or a code.'),
  calloutId: z.string().nullable().describe('Its report is that of this callout.'),
  endsAt: At.nullable().describe('At the latest.'),
  figures: CalloutFigures.nullable().describe('null: it never began.'),
  files: z.number().describe('How many files its report has.'),
});
export type DrillView = z.infer<typeof DrillView>;

export const DrillsView = z.object({
  everyDays: z.number(),
  endAfterMinutes: z.number(),
  lastAt: At.nullable().describe(
    'When the last one ended that was carried through: closed by a person. null: none was.',
  ),
  dueAt: At.describe('When the next one is due at the latest.'),
  isOverdue: z.boolean(),
  drills: z.array(DrillView).describe('Newest first; planned ones before them.'),
});
export type DrillsView = z.infer<typeof DrillsView>;
