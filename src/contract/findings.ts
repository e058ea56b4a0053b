import { z } from 'zod';
import { FINDING_KINDS } from '../core/finding.ts';
import { LEVELS, WARNING_LEVELS } from '../core/level.ts';
import { At, Line } from './shape.ts';

/** Bytes of a photo at most: what a phone makes smaller before it sends. */
export const PHOTO_BYTES_AT_MOST = 4 * 1024 * 1024;
export const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PhotoType = (typeof PHOTO_TYPES)[number];

/** Several lines of plain text, perhaps none. */
const Note = z
  .string()
  .max(1000)
  .regex(/^[^\p{Cs}\0]*$/u, 'must be plain text')
  .trim();

export const ReportFinding = z.strictObject({
  clientKey: z.uuid().describe('Made by the phone: the same again is the same finding, however often it is sent.'),
  kind: z.enum(FINDING_KINDS),
  level: z.enum(WARNING_LEVELS).describe('As the reporter judges it: people are called as for a sensor at that level.'),
  section: Line(40).optional().describe('Id of the section.'),
  point: Line(40).optional().describe('Id of the point.'),
  place: Line(120).trim().optional().describe('Where, in words. One of section, point and place is needed.'),
  latitude: z.number().min(-90).max(90).optional().describe('Of the phone, degrees, WGS 84.'),
  longitude: z.number().min(-180).max(180).optional(),
  note: Note.optional().describe('What else was seen.'),
});
export type ReportFinding = z.infer<typeof ReportFinding>;

export const RaiseFinding = z.strictObject({
  level: z.enum(WARNING_LEVELS).describe('Graver than it stands at.'),
  reason: Line(300).trim().min(1),
});
export type RaiseFinding = z.infer<typeof RaiseFinding>;

/** An inspection after which a finding is milder, or closed. */
export const LowerFinding = z.strictObject({
  to: z.enum(LEVELS).describe('normal: it is closed.'),
  inspectedBy: Line(80).trim().min(1).describe('Who went there.'),
  inspectedAt: At.describe('When.'),
  seen: Line(300).trim().min(1).describe('What was seen there.'),
});
export type LowerFinding = z.infer<typeof LowerFinding>;

export const FindingView = z.object({
  findingId: z.string(),
  siteId: z.string(),
  kind: z.enum(FINDING_KINDS),
  section: z.string().nullable(),
  point: z.string().nullable(),
  place: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  note: z.string(),
  reportedLevel: z.enum(WARNING_LEVELS).describe('When it was reported.'),
  level: z.enum(LEVELS).describe('At which it stands; normal: it is closed.'),
  reportedBy: z.string(),
  reportedAt: At,
  photos: z.array(z.object({ photoId: z.string(), mediaType: z.enum(PHOTO_TYPES) })),
  changes: z
    .array(
      z.object({
        at: At,
        from: z.enum(LEVELS),
        to: z.enum(LEVELS),
        who: z.string(),
        seen: z.string().nullable().describe('What the inspection saw, or why it was raised.'),
        inspectedBy: z.string().nullable(),
      }),
    )
    .describe('Each change of its level, oldest first.'),
  lowering: z
    .object({ proposalId: z.string(), to: z.enum(LEVELS), seen: z.string(), proposedBy: z.string() })
    .nullable()
    .describe('Waits for a second person; null: nothing does.'),
});
export type FindingView = z.infer<typeof FindingView>;

export const PhotoView = z.object({ photoId: z.string(), mediaType: z.enum(PHOTO_TYPES) });
export type PhotoView = z.infer<typeof PhotoView>;
