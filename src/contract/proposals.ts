import { z } from 'zod';
import { LEVELS, WARNING_LEVELS } from '../core/level.ts';
import { PROPOSAL_KINDS, PROPOSAL_STATES } from '../core/proposal.ts';
import { MEDIA } from './ladder-config.ts';
import { At, Line } from './shape.ts';

const ShownChange = z.object({
  path: z.string().describe('Key by key: `rules[pond-level].limits.red`.'),
  before: z.string().nullable().describe('null: there was none.'),
  after: z.string().nullable().describe('null: there is none any more.'),
});

/** What a configuration would change. Telephone numbers are told as changed, and not shown. */
export const ReviewView = z.object({
  loosening: z
    .array(ShownChange)
    .describe('Less would be watched or called for, or it is not shown that no less would be.'),
  tightening: z.array(ShownChange),
  neutral: z.array(ShownChange),
});
export type ReviewView = z.infer<typeof ReviewView>;

/** What one person wants, or has done, and another has to look at. */
export const ProposalView = z.object({
  proposalId: z.string(),
  siteId: z.string(),
  kind: z.enum(PROPOSAL_KINDS),
  state: z.enum(PROPOSAL_STATES),
  reason: z.string(),
  proposedBy: z.string(),
  proposedAt: At,
  expiresAt: At.describe('From then on it cannot be approved any more; what acted already is overdue.'),
  actedAt: At.nullable().describe('When it was done already; null: it waits for the approval.'),
  overdue: z.boolean().describe('It was done, and nobody else has looked at it in time.'),
  review: ReviewView.nullable().describe('Of a configuration: what changes.'),
  lowering: z
    .object({
      target: z.string(),
      from: z.enum(LEVELS),
      to: z.enum(LEVELS),
      outcome: z
        .enum(['lowered', 'overtaken', 'failed'])
        .nullable()
        .describe('null: not approved, or the judge has yet to do it.'),
    })
    .nullable()
    .describe('Of a level that is to be lowered by hand.'),
  finding: z
    .object({
      findingId: z.string(),
      from: z.enum(LEVELS),
      to: z.enum(LEVELS),
      inspectedBy: z.string(),
      inspectedAt: At,
      seen: z.string(),
    })
    .nullable()
    .describe('Of a finding that is to be lowered after an inspection.'),
  work: z
    .object({
      point: z.string(),
      minutes: z.number(),
      levels: z.array(z.object({ target: z.string(), level: z.enum(LEVELS) })),
    })
    .nullable()
    .describe('Of work at a point that stands at orange or red: its readings would not be judged.'),
  shelf: z
    .object({ target: z.string(), hours: z.number(), level: z.enum(LEVELS) })
    .nullable()
    .describe('Of an alarm that is to be shelved: the gravest level it has had, and for how long.'),
  shrinking: z
    .object({ groupId: z.string(), removed: z.array(z.string()), left: z.number() })
    .nullable()
    .describe(
      'Of an evacuation group: who would be called no more or at fewer numbers, and how many entries are left.',
    ),
  decided: z.object({ by: z.string(), at: At, reason: z.string() }).nullable().describe('null: nobody has decided.'),
});
export type ProposalView = z.infer<typeof ProposalView>;

const Reason = Line(300).trim().min(1).describe('Why; stands in the audit.');

/** A site as YAML. */
export const WrittenSite = z.strictObject({ text: z.string().min(1).max(1_000_000).describe('YAML.') });
export const SubmitSite = z.strictObject({ ...WrittenSite.shape, reason: Reason });

/** What became of a text: applied, or waiting as a proposal, or applied and to be looked at. */
export const SubmittedView = z.object({
  siteId: z.string(),
  review: ReviewView,
  version: z.number().nullable().describe('In force now; null: nothing is applied.'),
  unguarded: z.array(z.object({ rule: z.string(), why: z.string() })).describe('Rules that call nobody.'),
  budget: z
    .array(
      z.object({
        at: At.describe(
          'For a level that is reached then: now, or a night or day of the next 30 with other people on duty.',
        ),
        level: z.enum(WARNING_LEVELS),
        rung: z.number().int().nullable().describe('From 1; null: of no rung, as a confirming call.'),
        contactId: z.string(),
        medium: z.enum(MEDIA),
        call: z.number().int().describe('The how-manieth to that number.'),
        afterSeconds: z.number(),
        why: z.enum(['over-limit', 'no-carrier']),
      }),
    )
    .describe('What its ladders ask of the carriers that they do not let through, if nobody answers for a day.'),
  proposal: ProposalView.nullable().describe('What another person has to look at; null: nothing.'),
});
export type SubmittedView = z.infer<typeof SubmittedView>;

export const ProposeLowering = z.strictObject({
  target: Line(100).describe('`<site>/<rule>`.'),
  to: z.enum(LEVELS),
  reason: Reason,
});
export type ProposeLowering = z.infer<typeof ProposeLowering>;

export const DecideProposal = z.strictObject({ reason: Reason });
export type DecideProposal = z.infer<typeof DecideProposal>;
