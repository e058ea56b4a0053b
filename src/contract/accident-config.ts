import { z } from 'zod';

const Words = z.strictObject({
  zh: z.string().trim().min(1).max(120).describe('In Chinese.'),
  en: z.string().trim().min(1).max(120).describe('In English.'),
});

/** Who has to be told of an accident. In place of the defaults, all of them. */
export const AccidentReports = z
  .array(
    z.strictObject({
      id: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9 and "-", not starting with "-"')
        .describe('Unique among them.'),
      to: Words.describe('Who is told.'),
      by: Words.describe('Whose duty it is.'),
      withinMinutes: z.int().min(1).max(1_440).describe('Within which time.'),
      after: z
        .string()
        .describe('Id of the report before it: its time begins when that is made. From the declaration if left out.')
        .optional(),
      fromLarger: z.boolean().default(false).describe('Only for accidents from 较大 on, or of a grade not known yet.'),
      source: z.string().trim().min(1).max(300).describe('Where that is written, and when it was looked up.'),
    }),
  )
  .min(1)
  .max(20)
  .describe('Who is told of an accident, by whom and by when; docs/accident-clock.md has what holds if left out.');
