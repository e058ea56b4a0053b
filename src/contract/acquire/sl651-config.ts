import { z } from 'zod';
import { lineHead } from './line-head.ts';
import type { LineSensor } from './line-head.ts';

/** A line to a port at which SL 651 stations call. */
export const Sl651Line = z.strictObject({
  ...lineHead,
  protocol: z.literal('sl651'),
});
type Sl651Line = z.infer<typeof Sl651Line>;

/** What it reports, each with its place in the line. */
export const sensorsOfSl651Line = (_line: Sl651Line): readonly LineSensor[] => [];
