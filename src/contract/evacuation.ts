import { z } from 'zod';
import { GROUP_KINDS, STANDINGS } from '../core/evacuation.ts';
import { DENIES, deniesDrill } from './denies-drill.ts';
import { At, Line } from './shape.ts';

const Words = z.object({ zh: z.string(), en: z.string() });
/** '' where there is nothing to say. */
const Maybe = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters');

/** A telephone number as it is dialled. */
const Phone = z.string().regex(/^\+\d{7,15}$/, {
  error: ({ input }) =>
    String(input).includes('*')
      ? 'is masked: who may see telephone numbers has to write it in full'
      : 'must be +, country code and number, digits only',
});

/** Numbers of one person, and persons of one entry, at most. */
const PHONES_MAX = 5;
const PERSONS_MAX = 999;
/** People of one group at most. */
export const MEMBERS_MAX = 2_000;

export const Member = z.strictObject({
  name: Line(80).describe('Who it is, or whose household.'),
  phones: z
    .array(Phone)
    .max(PHONES_MAX)
    .describe('In the order in which they are called; none: somebody goes at once.'),
  place: Maybe(120).describe('Where he lives or works.'),
  persons: z.int().min(1).max(PERSONS_MAX).describe('How many persons the entry stands for.'),
  note: Maybe(200).describe('What whoever goes to the door has to know.'),
  marshal: z
    .strictObject({ name: Line(80), phone: Phone.nullable() })
    .nullable()
    .describe('Who sees to them at the door; null: nobody is named.'),
});

/** A prepared group, with the way its people go. */
export const WrittenGroup = z
  .strictObject({
    name: z.strictObject({ zh: Line(80), en: Line(80) }),
    kind: z.enum(GROUP_KINDS),
    route: Line(200).describe('How they leave, as it is spoken.'),
    assembly: Line(120).describe('Where they gather.'),
    members: z.array(Member).max(MEMBERS_MAX),
  })
  .superRefine(({ members }, ctx) => {
    const seen = new Map<string, number>();
    for (const [i, { name, phones, place }] of members.entries()) {
      const key = JSON.stringify([name, phones.length === 0 ? place : phones.toSorted()]);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, i);
      else
        ctx.addIssue({
          code: 'custom',
          path: ['members', i],
          message: `is listed already, as entry ${String(first + 1)}`,
        });
    }
  });
export type WrittenGroup = z.infer<typeof WrittenGroup>;

/** Id of a group: in addresses, and in what is pressed. */
export const GroupName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9 and "-"');

export const EvacuationGroupView = z.object({
  groupId: z.string(),
  version: z.number(),
  writtenAt: At,
  writtenBy: z.string(),
  name: Words,
  kind: z.enum(GROUP_KINDS),
  route: z.string(),
  assembly: z.string(),
  members: z.array(
    z.object({
      name: z.string(),
      phones: z.array(z.string()).describe('Masked for those who need not dial them.'),
      place: z.string(),
      persons: z.number(),
      note: z.string(),
      marshal: z.object({ name: z.string(), phone: z.string().nullable() }).nullable(),
    }),
  ),
});
/** As it stands after it was saved. */
export const SavedGroup = EvacuationGroupView.extend({
  waits: z
    .string()
    .nullable()
    .describe('The proposal that waits for a second person, for people would be removed; null: it is saved.'),
});
export type EvacuationGroupView = z.infer<typeof EvacuationGroupView>;

/** A list as it comes from a spreadsheet: its first row names the columns. */
export const ImportMembers = z.strictObject({
  csv: z.string().min(1).max(1_000_000).describe('Comma, semicolon or tab between the columns.'),
});

/** One press. It needs no level and no approval. */
export const PressEvacuation = z
  .strictObject({
    groups: z.array(GroupName).min(1).max(50).describe('In the order in which people are called.'),
    drill: z.boolean().describe('Every message says that it is a drill.'),
    route: Line(200).optional().describe('Instead of the prepared one, for all of them.'),
    assembly: Line(120).optional().describe('Instead of the prepared one, for all of them.'),
    more: Line(200).optional().describe('What else is said.'),
  })
  .refine(({ drill, more = '' }) => !drill || !deniesDrill(more), { path: ['more'], error: DENIES });
export type PressEvacuation = z.infer<typeof PressEvacuation>;

export const MarkRecipient = z.strictObject({
  standing: z.enum(STANDINGS),
  note: Line(200).optional(),
  goes: Line(80).optional().describe('Who goes to the door.'),
});

export type MarkRecipient = z.infer<typeof MarkRecipient>;

export const EndBroadcast = z.strictObject({
  note: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters'),
  unaccounted: z.boolean().default(false).describe('Not everybody is safe, and it ends all the same.'),
});
export type EndBroadcast = z.infer<typeof EndBroadcast>;

const HeadCount = z.object({ recipients: z.number(), persons: z.number() });
const HeadCounts = z.object({
  'at-risk': HeadCount,
  'en-route': HeadCount,
  'safe': HeadCount,
  'refused': HeadCount,
  'unreachable': HeadCount,
  'door-check': HeadCount,
  'all': HeadCount,
});

const summary = {
  broadcastId: z.string(),
  siteId: z.string(),
  drill: z.boolean(),
  startedAt: At,
  startedBy: z.string(),
  endedAt: At.nullable().describe('null: it runs.'),
  endedBy: z.string().nullable(),
  note: z.string().nullable(),
  counts: HeadCounts,
};

export const BroadcastSummary = z.object(summary);
export type BroadcastSummary = z.infer<typeof BroadcastSummary>;

const RecipientView = z.object({
  number: z.number(),
  groupId: z.string(),
  name: z.string(),
  place: z.string(),
  persons: z.number(),
  personNote: z.string(),
  phones: z.array(z.string()).describe('Masked for those who need not dial them.'),
  marshal: z.object({ name: z.string(), phone: z.string().nullable() }).nullable(),
  standing: z.enum(STANDINGS),
  word: z
    .object({
      by: z.string().nullable().describe('null: the person himself, by telephone.'),
      medium: z.enum(['voice', 'sms', 'person']),
      at: At,
      note: z.string().nullable(),
      goes: z.string().nullable(),
    })
    .nullable()
    .describe('Who said last where he stands.'),
  calls: z.number().describe('Calls so far.'),
  call: z.object({ status: z.string(), outcome: z.string().nullable(), at: At }).nullable().describe('The newest one.'),
  text: z.object({ status: z.string(), outcome: z.string().nullable() }).nullable().describe('The newest message.'),
});
export type RecipientView = z.infer<typeof RecipientView>;

export const BroadcastView = z.object({
  ...summary,
  presses: z.array(
    z.object({
      by: z.string(),
      at: At,
      groups: z.array(z.object({ groupId: z.string(), version: z.number(), name: Words })),
      told: z.array(z.string()).describe('Route, assembly place and more, as they were told.'),
    }),
  ),
  recipients: z.array(RecipientView),
});
export type BroadcastView = z.infer<typeof BroadcastView>;

export const BroadcastEventView = z.object({
  id: z.number(),
  recipient: z.number().nullable(),
  type: z.string(),
  at: At,
  facts: z.record(z.string(), z.unknown()),
});
