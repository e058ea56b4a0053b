import { z } from 'zod';

/** What became of devices at one moment: one line of JSON to whoever plays them. */
export const Measured = z.strictObject({
  /** By code, in the unit of each; null: its cable is out. */
  values: z.record(z.string(), z.number().nullable()),
  /** Codes of devices that say nothing any more. */
  silent: z.array(z.string()),
});
export type Measured = z.infer<typeof Measured>;
