import { z } from 'zod';
import { FILE_TYPES } from '../core/file-type.ts';
import { At, Line } from './shape.ts';

/** Bytes of a file at most: some minutes of film from a phone, half an hour of sound. */
export const FILE_BYTES_AT_MOST = 48 * 1024 * 1024;
/** Files of one report at most. */
export const FILES_AT_MOST = 24;
/** Bytes of all files of one report at most: they lie in the database, and in every backup. */
export const REPORT_BYTES_AT_MOST = 192 * 1024 * 1024;

export const AddFile = z.strictObject({
  name: Line(120)
    .trim()
    .min(1)
    .optional()
    .describe('What it is called when somebody takes it away; `file` if left out.'),
  note: Line(300).trim().optional().describe('What it shows.'),
});

export const ReportFile = z.object({
  fileId: z.string(),
  name: z.string(),
  mediaType: z.enum(FILE_TYPES),
  size: z.number().describe('Bytes.'),
  note: z.string(),
  sha256: z.string().describe('Of the bytes, in hexadecimal.'),
  addedBy: z.string(),
  addedAt: At,
});
export type ReportFile = z.infer<typeof ReportFile>;
