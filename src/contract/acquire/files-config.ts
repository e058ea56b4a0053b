import { z } from 'zod';
import { lineHead } from './line-head.ts';
import type { LineSensor } from './line-head.ts';

/** A line to a folder in which loggers leave files. */
export const FilesLine = z.strictObject({
  ...lineHead,
  protocol: z.literal('files'),
});
type FilesLine = z.infer<typeof FilesLine>;

/** What it reports, each with its place in the line. */
export const sensorsOfFilesLine = (_line: FilesLine): readonly LineSensor[] => [];
