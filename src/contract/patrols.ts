import { z } from 'zod';
import { At, Line } from './shape.ts';

/** Somebody has done a round. */
export const RecordRound = z.strictObject({
  patrolId: Line(40).describe('Id of the round.'),
  seen: Line(300).trim().min(1).describe('What was seen; also that nothing was.'),
});
export type RecordRound = z.infer<typeof RecordRound>;

export const RoundView = z.object({
  roundId: z.string(),
  patrolId: z.string(),
  name: z.object({ zh: z.string(), en: z.string() }),
  dueAt: At,
  lateAt: At.describe('From then on it is missed.'),
  missed: z.boolean().describe('It was not done in time; it may have been done since.'),
  done: z.object({ by: z.string(), at: At, seen: z.string() }).nullable(),
});
export type RoundView = z.infer<typeof RoundView>;
