import { z } from 'zod';
import { At, Line } from './shape.ts';

/** 事故等级. */
export const ACCIDENT_GRADES = ['unknown', 'general', 'larger', 'major', 'extraordinary'] as const;
const Words = z.object({ zh: z.string(), en: z.string() });
const Count = z.number().int().min(0).max(100_000);
const Casualties = z.strictObject({ dead: Count, missing: Count, injured: Count, trapped: Count });

/** An accident that somebody has declared: what is known, and who has to be told by when. */
export const AccidentView = z.object({
  accidentId: z.string(),
  siteId: z.string(),
  what: z.string(),
  where: z.string(),
  happenedAt: At,
  grade: z.enum(ACCIDENT_GRADES),
  casualties: Casualties.nullable().describe('null: not known.'),
  measures: z.string(),
  declaredBy: z.string(),
  declaredAt: At.describe('The clock runs from here.'),
  closed: z.object({ by: z.string(), at: At, note: z.string() }).nullable(),
  reports: z.array(
    z.object({
      report: z.string(),
      to: Words,
      by: Words,
      source: z.string().describe('Where it is written, and as of when.'),
      dueAt: At.nullable().describe('null: its time begins when the one before it has been made.'),
      told: z.object({ by: z.string(), at: At, note: z.string() }).nullable(),
    }),
  ),
  readOut: Words.describe('What is to be said, of what is known.'),
});
export type AccidentView = z.infer<typeof AccidentView>;

const facts = {
  what: Line(500).trim().min(1).describe('What has happened.'),
  where: Line(200).trim().min(1),
  happenedAt: z.number().int().min(0).max(8.64e15).describe('Epoch milliseconds.'),
  grade: z
    .enum(ACCIDENT_GRADES)
    .describe('As a person judges it; while it is unknown, what larger ones owe is owed too.'),
  casualties: Casualties.nullable().describe('null: not known.'),
  measures: z
    .string()
    .max(500)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters')
    .describe('What has been done so far; may be empty.'),
};
export const DeclareAccident = z.strictObject(facts);
export type DeclareAccident = z.infer<typeof DeclareAccident>;

export const TellAccident = z.strictObject({
  report: Line(40),
  note: Line(300).trim().min(1).describe('Who took it, and how.'),
});
export const CloseAccident = z.strictObject({ note: Line(300).trim().min(1) });
