import { z } from 'zod';

/** 演练: how often, and how long at most. */
export const DrillConfig = z
  .strictObject({
    everyDays: z
      .number()
      .int()
      .min(7)
      .max(3660)
      .default(182)
      .describe('A drill is due so many days after the last: commonly one each half-year; what your authority asks.'),
    remindDays: z
      .number()
      .int()
      .min(0)
      .max(90)
      .default(14)
      .describe('So many days before, who is responsible is told.'),
    endAfterMinutes: z
      .number()
      .int()
      .min(5)
      .max(720)
      .default(120)
      .describe('A drill that nobody closes is over after so long.'),
  })
  .describe('演练 of the site.');
export type DrillConfig = z.infer<typeof DrillConfig>;

/**
 * What holds where a site says nothing. Half a year is what is commonly asked for; the printed rule was not checked
 * (2026-11), so it is a default and no law.
 */
export const DRILL_DEFAULTS = { everyDays: 182, remindDays: 14, endAfterMinutes: 120 } as const satisfies DrillConfig;
