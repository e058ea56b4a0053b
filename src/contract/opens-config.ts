import { z } from 'zod';
import { WARNING_LEVELS } from '../core/level.ts';

const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9 and "-", not starting with "-"');
const Text = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of plain text');
const Words = z.strictObject({ zh: Text.describe('In Chinese.'), en: Text.describe('In English.') });
const Level = z.enum(WARNING_LEVELS);
/** A time of day, to the minute. */
export const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "06:30"');
const Day = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be month and day such as "05-01"');

const Patrol = z.strictObject({
  id: Id.describe('Unique in the site, never reused.'),
  name: Words.describe('Of the round, as it is spoken when it is missed.'),
  times: z.array(Clock).min(1).max(48).describe('When it is due, by the wall clock of the site, every day.'),
  floodTimes: z
    .array(Clock)
    .min(1)
    .max(48)
    .optional()
    .describe('When it is due in the flood season; `times` if left out.'),
  graceMinutes: z.number().int().min(5).max(720).default(60).describe('So long after it is due a round is missed.'),
  missed: Level.default('yellow').describe('The level at which a missed round calls.'),
});

const Blindness = z.strictObject({
  id: Id.describe('Unique in the site, never reused.'),
  name: Words.describe('What is not seen any more, as it is spoken.'),
  sensors: z.array(z.string()).min(1).describe('Codes of the sensors that are its eyes.'),
  atLeast: z.number().int().min(1).describe('So many of them blind are too many.'),
  minutes: z.number().int().min(0).max(1440).default(10).describe('For so long.'),
  level: Level.default('orange').describe('The level at which that calls.'),
});

/** What opens a callout besides measured levels. Every part has a default that watches. */
export const OpensConfig = z
  .strictObject({
    weatherFrom: Level.default('orange').describe('The mildest colour of a weather warning that calls the principal.'),
    outage: z
      .strictObject({
        level: Level.default('red').describe('The level at which it calls that nothing is judged any more.'),
        afterSeconds: z
          .number()
          .int()
          .min(30)
          .max(3600)
          .default(180)
          .describe('After the last sign of life of the judge.'),
      })
      .describe('The judge gives no sign of life: the site is not watched.')
      .optional(),
    carriers: z
      .strictObject({
        level: Level.default('red').describe('The level at which it calls that no carrier of a medium can be reached.'),
        afterSeconds: z
          .number()
          .int()
          .min(60)
          .max(3600)
          .default(120)
          .describe('So long a carrier fails before it counts.'),
      })
      .describe(
        'Carriers fail: nobody can be called, or nobody be written to. People are reached by the other medium then. One carrier of several is told at blue.',
      )
      .optional(),
    foundLate: Level.default('yellow').describe(
      'The level at which an exceedance that was found late, and is over, is told.',
    ),
    blindness: z.array(Blindness).max(50).optional().describe('When blindness by itself calls.'),
    patrols: z.array(Patrol).max(50).optional().describe('巡查: rounds with times at which they are due.'),
    floodSeason: z
      .strictObject({ from: Day.describe('Its first day.'), to: Day.describe('Its last day.') })
      .optional()
      .describe(
        '汛期; it differs by province and is set each year. 06-01 to 09-30 if left out: common practice, no rule.',
      ),
  })
  .describe('What opens a callout besides measured levels.');
export type OpensConfig = z.infer<typeof OpensConfig>;

/** What holds where a site says nothing. */
export const OPENS_DEFAULTS = {
  weatherFrom: 'orange',
  foundLate: 'yellow',
  outage: { level: 'red', afterSeconds: 180 },
  carriers: { level: 'red', afterSeconds: 120 },
  floodSeason: { from: '06-01', to: '09-30' },
} as const;
