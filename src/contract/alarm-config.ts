import { z } from 'zod';

/** 31 days: nothing is put aside for longer. */
const Hours = z
  .number()
  .positive()
  .max(31 * 24);

const ByLevel = z
  .strictObject({
    blue: Hours.describe('At blue, hours.'),
    yellow: Hours.describe('At yellow, hours.'),
    orange: Hours.describe('At orange, hours.'),
    red: Hours.describe('At red, hours.'),
  })
  .partial();

/** What a site says of its alarm list. Nothing of it changes whom a callout calls. */
export const AlarmConfig = z
  .strictObject({
    acknowledgedHours: ByLevel.describe(
      'How long an acknowledgement holds; then the alarm is to be seen again. 24, 12, 4, 1 if left out.',
    ).optional(),
    shelvedHoursAtMost: ByLevel.describe(
      'How long an alarm may be shelved, by the gravest level it has had. 168, 72, 24, 8 if left out.',
    ).optional(),
    chattering: z
      .strictObject({
        changes: z.int().min(2).max(100).default(3).describe('So many changes of its level…'),
        seconds: z.number().positive().max(86_400).default(60).describe('…within this time are chattering.'),
      })
      .optional()
      .describe('Which alarm chatters (EEMUA 191).'),
    staleHours: Hours.default(24).describe('What stands for longer is stale (EEMUA 191).'),
    flood: z
      .strictObject({
        alarms: z.int().min(1).max(1_000).default(10).describe('More alarms than this for each operator…'),
        minutes: z.number().positive().max(1_440).default(10).describe('…within this time are a flood.'),
      })
      .optional()
      .describe('When alarms are a flood (EEMUA 191).'),
    operators: z.int().min(1).max(50).default(1).describe('How many people look at the list at a time.'),
  })
  .describe('The alarm list: how long what is put aside stays so, and what its figures count.');
export type AlarmConfig = z.infer<typeof AlarmConfig>;

/** Suppression by design (ISA-18.2): while a point is in one of these states, the rule's alarm asks for no attention. */
export const SuppressConfig = z
  .array(
    z.strictObject({
      point: z.string().describe('The point whose state counts.'),
      state: z.enum(['maintenance', 'commissioning', 'retired']).describe('In which state of it.'),
    }),
  )
  .max(20)
  .describe('While one of these holds, its alarm is suppressed by design: quiet on the list, called for as ever.');
