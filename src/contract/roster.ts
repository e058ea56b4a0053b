import { z } from 'zod';
import { Line } from './shape.ts';

/** An instant that a calendar has. */
const Moment = z.number().int().min(0).max(4_102_444_800_000).describe('Epoch milliseconds, UTC.');
const Day = z.iso.date().describe('A day of the site’s calendar.');
const Wall = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 08:00')
  .describe('By the wall of the site.');
const ContactId = Line(40).describe('Id of a contact of the site.');
const Turns = z.array(z.array(ContactId).min(1).max(20)).min(1).max(60);
const Note = Line(300).trim().min(1).describe('Why.');

const PATTERNS = [
  z.strictObject({ kind: z.literal('daily') }),
  z.strictObject({ kind: z.literal('weekly') }),
  z.strictObject({
    kind: z.literal('on-off'),
    on: z.number().int().min(1).max(90).describe('Days on duty.'),
    off: z.number().int().min(1).max(90).describe('Days off, after them.'),
  }),
] as const;

/** People who take turns at a duty. */
const RotationPlan = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and hyphens')
    .describe('Names the rotation for ever.'),
  name: Line(80).describe('What the page says.'),
  duty: Line(40).describe('A duty of the site’s ladders.'),
  pattern: z.discriminatedUnion('kind', [...PATTERNS]).describe('Whose turn it is.'),
  handOver: Wall.describe('When the day’s shift begins, by the wall of the site.'),
  until: Wall.optional().describe('When it ends, for a shift that is a part of the day.'),
  firstDay: Day.describe('First day of the first turn; a week begins on its weekday.'),
  lastDay: Day.optional().describe('The last day on which a shift begins.'),
  turns: Turns.describe('Who takes turns, in order; who stand in one turn are on duty together.'),
  holidayTurns: Turns.optional().describe('Who has the shifts that begin on holidays, in turn.'),
});

/** What an engineer writes down; overrides, swaps and absences stay beside it. */
export const RosterPlan = z.strictObject({
  rotations: z.array(RotationPlan).max(60),
  holidays: z
    .array(z.strictObject({ date: Day, name: Line(80) }))
    .max(1_000)
    .describe('Statutory holidays, one row for each day.'),
  accounts: z
    .record(ContactId, Line(80))
    .describe('The account that a contact signs in with: who may ask for a swap, and agree to one.'),
  responsible: ContactId.optional().describe('Who is told of gaps.'),
});
export type RosterPlan = z.infer<typeof RosterPlan>;

export const SaveRoster = RosterPlan.extend({
  baseVersion: z.number().int().min(0).describe('The version that was on screen; 0: there was none.'),
});
export type SaveRoster = z.infer<typeof SaveRoster>;

export const ImportRoster = z.strictObject({
  baseVersion: z.number().int().min(0).describe('The version that was on screen; 0: there was none.'),
  file: z.base64().min(1).max(1_400_000).describe('An XLSX file such as the export gives, in base64.'),
});

const Span = z.strictObject({ from: Moment, to: Moment });

export const NewOverride = z.strictObject({
  rotationId: Line(40),
  from: Moment,
  until: Moment,
  people: z.array(ContactId).min(1).max(20),
  note: Note,
});
export type NewOverride = z.infer<typeof NewOverride>;

export const NewAbsence = z.strictObject({
  contactId: ContactId,
  from: Moment,
  until: Moment,
  standIn: ContactId.optional().describe('Who covers; without one, the next of the rotation.'),
  note: Note,
});
export type NewAbsence = z.infer<typeof NewAbsence>;

export const NewSwap = z.strictObject({
  rotationId: Line(40),
  other: ContactId.describe('Who is asked to take the shift.'),
  givesFrom: Moment.describe('What the other is to take, from here'),
  givesUntil: Moment.describe('to here.'),
  takesFrom: Moment.optional().describe('What is taken of the other for it, from here'),
  takesUntil: Moment.optional().describe('to here; both or neither.'),
  note: z
    .string()
    .max(300)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u),
});
export type NewSwap = z.infer<typeof NewSwap>;

export const SwapAnswer = z.strictObject({ swapId: z.uuid(), word: z.enum(['agreed', 'refused', 'withdrawn']) });
export type SwapAnswer = z.infer<typeof SwapAnswer>;

export const EndException = z.strictObject({ exceptionId: z.uuid().describe('An override or an absence.') });

const Word = z.object({ by: z.string(), at: Moment });
const Because = z.enum(['turn', 'holiday', 'swap', 'override', 'cover']);
const OnDutyView = z.object({
  rotationId: z.string(),
  duty: z.string(),
  contactId: z.string(),
  because: Because,
  insteadOf: z.string().optional(),
});
const ShiftView = OnDutyView.extend({ from: Moment, to: Moment });
const GapView = z.object({
  duty: z.string(),
  from: Moment,
  to: Moment,
  why: z.enum(['no-shift', 'everybody-away']),
});

const Exception = z.object({ id: z.string(), from: Moment, to: Moment, reason: z.string(), made: Word });

/** Who is on duty at a site: the plan, what differs from it, and what follows from both. */
export const RosterView = z.object({
  version: z.number(),
  changedBy: z.string().nullable(),
  changedAt: Moment.nullable(),
  people: z.array(
    z.object({
      contactId: z.string(),
      name: z.object({ zh: z.string(), en: z.string() }),
      duty: z.string(),
      own: z.boolean().describe('Of whoever asks.'),
    }),
  ),
  duties: z.array(z.string()).describe('Of the site’s contacts.'),
  unrostered: z.array(z.string()).describe('Duties without a rotation: all their contacts are on duty.'),
  plan: RosterPlan,
  overrides: z.array(Exception.extend({ rotationId: z.string(), people: z.array(z.string()) })),
  absences: z.array(Exception.extend({ contactId: z.string(), standIn: z.string().optional() })),
  swaps: z.array(
    z.object({
      id: z.string(),
      rotationId: z.string(),
      asker: z.string(),
      other: z.string(),
      gives: Span,
      takes: Span.optional(),
      note: z.string(),
      asked: Word,
      answer: Word.extend({ word: z.enum(['agreed', 'refused', 'withdrawn']) }).optional(),
    }),
  ),
  now: z.array(OnDutyView),
  shifts: z.array(ShiftView),
  gaps: z.array(GapView).describe('Of the next 30 days.'),
  yearsWithoutHolidays: z.array(z.string()),
});
export type RosterView = z.infer<typeof RosterView>;
