import { z } from 'zod';
import { At } from './shape.ts';

/** A row of the audit. */
const AuditRow = z.object({
  id: z.number().describe('Its place in the chain: no number is missing.'),
  at: At,
  who: z.string(),
  action: z.string().describe('Area and verb: `callout/release`.'),
  siteId: z.string().nullable().describe('Null: of none, or of all.'),
  facts: z.record(z.string(), z.unknown()),
  hash: z.string().describe('Hexadecimal; the next row holds it too.'),
});

/** The newest first; the next page is asked for with `before` as the last `id`. */
export const AuditPage = z.object({ rows: z.array(AuditRow), more: z.boolean().describe('There are older ones.') });
export type AuditPage = z.infer<typeof AuditPage>;

const limit = z.coerce.number().int().min(1).max(200).default(50);
export const AuditQuery = z.object({
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().describe('An `id`: what is older.'),
  limit,
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** What the chain had come to at the end of a day. */
export const AuditRootView = z.object({
  day: z.string().describe('YYYY-MM-DD in the time zone of the first site.'),
  position: z.number().describe('The last row that it stands for.'),
  root: z.string().describe('The hash of that row, hexadecimal.'),
  madeAt: At,
});
export type AuditRootView = z.infer<typeof AuditRootView>;

export const RootsQuery = z.object({
  before: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/, 'must be a day such as 2026-07-01')
    .optional()
    .describe('A day: what is older.'),
  limit,
});
