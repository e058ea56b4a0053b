import { z } from 'zod';
import { At } from './shape.ts';

/** What stood at the moment a hand-over was opened; it does not change afterwards. */
export const HandoverContent = z.object({
  levels: z.array(z.object({ target: z.string(), level: z.string(), since: At.nullable() })),
  reports: z
    .array(z.object({ subject: z.string(), level: z.string(), since: At }))
    .describe('Findings, warnings of weather.'),
  blind: z.array(z.string()).describe('Sensors that are not seen.'),
  maintenance: z.array(z.object({ point: z.string(), reason: z.string(), until: At })),
  outOfService: z.array(z.object({ sensor: z.string(), state: z.string() })),
  shelved: z.array(z.object({ target: z.string(), state: z.string() })),
  patrols: z
    .array(z.object({ patrol: z.string(), dueAt: At, missed: z.boolean() }))
    .describe('Rounds that nobody has signed.'),
  onDuty: z.array(z.object({ duty: z.string(), contactId: z.string() })),
  callout: z.string().nullable().describe('Phase of the callout that runs.'),
});
export type HandoverContent = z.infer<typeof HandoverContent>;

const Signature = z.object({ by: z.string(), at: At }).nullable();

/** 交接班: one hand-over of a shift. */
export const HandoverView = z.object({
  handoverId: z.uuid(),
  openedAt: At,
  openedBy: z.string(),
  content: HandoverContent,
  notes: z.array(z.object({ by: z.string(), at: At, text: z.string() })),
  outgoing: Signature,
  incoming: Signature,
});
export type HandoverView = z.infer<typeof HandoverView>;

export const HandoverNote = z.strictObject({
  note: z
    .string()
    .trim()
    .min(1)
    .max(2_000)
    .regex(/^[^\p{Cs}\0]*$/u),
});
