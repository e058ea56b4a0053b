import { z } from 'zod';
import { At } from './shape.ts';

/** One CAP 1.2 message of a callout. */
export const CapMessage = z.object({
  identifier: z.string(),
  sent: At,
  msgType: z.enum(['Alert', 'Update', 'Cancel']),
  status: z.enum(['Actual', 'Exercise']),
  xml: z.string(),
});
export type CapMessage = z.infer<typeof CapMessage>;
