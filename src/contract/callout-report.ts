import { z } from 'zod';
import { WARNING_LEVELS } from '../core/level.ts';
import { DUTIES, MEDIA } from './ladder-config.ts';
import { ReportFile } from './report-files.ts';
import { At } from './shape.ts';

const Words = z.object({ zh: z.string(), en: z.string() });
const WarningLevel = z.enum(WARNING_LEVELS);

const Who = { contactId: z.string(), name: Words, duty: z.enum(DUTIES).nullable() };

/** A callout in a few numbers. null: it has not happened. */
export const CalloutFigures = z.object({
  calloutId: z.string(),
  level: WarningLevel.nullable().describe('The gravest that was called for.'),
  phase: z.string(),
  openedAt: At,
  firstCallAt: At.nullable().describe('When the first phone was asked for.'),
  firstHumanAt: At.nullable().describe(
    'When the first person had pressed, replied or answered on the page: no voicemail does.',
  ),
  answeredAt: At.nullable().describe('When everybody had answered who must.'),
  respondedAt: At.nullable().describe('When somebody first said what is done.'),
  endedAt: At.nullable(),
  calls: z.number(),
  messages: z.number(),
  missed: z.number().describe('Calls and messages that reached nobody.'),
  people: z.number().describe('Whom it tried to reach.'),
  gaps: z.number().describe('Rungs with nobody on them.'),
});
export type CalloutFigures = z.infer<typeof CalloutFigures>;

/** 叫应报告: everything that was done to reach people, and what came of it. */
export const CalloutReport = z.object({
  siteId: z.string(),
  siteName: Words,
  timeZone: z.string(),
  configVersion: z.number().describe('Of the configuration that it was decided by.'),
  drill: z.boolean().describe('演练: people were told in every text that it was one.'),
  figures: CalloutFigures,
  calls: z.array(
    z.object({
      number: z.number(),
      ...Who,
      phone: z.string().describe('Masked.'),
      medium: z.enum(MEDIA),
      level: WarningLevel,
      asks: z.boolean().describe('False: a message that asks for no answer.'),
      at: At,
      outcome: z.string().nullable().describe('null: still under way.'),
      endedAt: At.nullable(),
    }),
  ),
  answers: z.array(
    z.object({
      ...Who,
      at: At,
      medium: z.string(),
      level: WarningLevel.nullable().describe('The gravest level it settled; null: none.'),
      asked: WarningLevel,
    }),
  ),
  files: z.array(ReportFile).describe('What people have added.'),
  events: z.array(z.object({ at: At, type: z.string(), facts: z.record(z.string(), z.unknown()) })),
  isCut: z.boolean().describe('There are more calls or events than are shown.'),
});
export type CalloutReport = z.infer<typeof CalloutReport>;

export const MonthQuery = z.strictObject({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-07')
    .optional()
    .describe("By the site's calendar; the present one if left out."),
});

export const MonthReport = z.object({
  siteId: z.string(),
  siteName: Words,
  timeZone: z.string(),
  month: z.string(),
  callouts: z.array(CalloutFigures),
  isCut: z.boolean().describe('There are more callouts than are shown.'),
});
export type MonthReport = z.infer<typeof MonthReport>;
