import { z } from 'zod';
import { AcquireConfig } from './acquire-config.ts';
import { LineName } from './line-head.ts';

/** What an acquire process at a mine runs: the lines of one site that stand in the site's file under its name. */
export const EdgeConfig = z.strictObject({
  site: LineName.describe('The site, as its file names it.'),
  timeZone: z.string().default('Asia/Shanghai').describe('IANA time zone of the site: for devices that know none.'),
  edge: LineName.describe('How this process is called: the `edge` of its lines.'),
  acquire: AcquireConfig,
});
export type EdgeConfig = z.infer<typeof EdgeConfig>;
