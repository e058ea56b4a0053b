import { z } from 'zod';
import { REPORT_SUBJECTS } from '../core/report.ts';
import { LEVELS, WARNING_LEVELS } from '../core/level.ts';
import { ITEMS, SENSOR_STATES, UNITS } from '../core/sensor.ts';
import { VISIBILITIES } from '../core/visibility.ts';
import { ClockView, Cursor } from './live.ts';
import { OrderView } from './response.ts';
import { At, Line } from './shape.ts';
import { PURPOSES } from '../core/purpose.ts';
import { DUTIES, MEDIA } from './ladder-config.ts';

const Words = z.object({ zh: z.string(), en: z.string() });
/** Every refusal. `code` is stable; `field` names what was wrong with the input. */
export const Problem = z.object({
  code: z.string(),
  title: z.string(),
  field: z.string().optional(),
  faults: z
    .array(z.object({ line: z.number(), column: z.number(), path: z.string(), message: z.string() }))
    .optional()
    .describe('Of a text: everything that is wrong with it, and where.'),
});
export type Problem = z.infer<typeof Problem>;

export const SiteSummary = z.object({ siteId: z.string(), name: Words });
export type SiteSummary = z.infer<typeof SiteSummary>;

/** A point that is being worked on: its readings are marked and not judged. */
export const MaintenanceView = z.object({
  maintenanceId: z.string(),
  point: z.string(),
  reason: z.string(),
  from: At,
  until: At.describe('It ends by itself then.'),
  startedBy: z.string(),
  endedAt: At.nullable().describe('When it was ended by hand; null: not.'),
  endedBy: z.string().nullable(),
  substitute: z
    .object({ who: z.string(), everyMinutes: z.number() })
    .nullable()
    .describe('Who patrols in place of the last eye of a section.'),
});
export type MaintenanceView = z.infer<typeof MaintenanceView>;

export const StartMaintenance = z.strictObject({
  point: Line(40).describe('The point; every sensor of it.'),
  reason: Line(300).trim().min(1),
  minutes: z
    .number()
    .int()
    .min(1)
    .max(30 * 24 * 60)
    .describe('How long; it ends by itself.'),
  substitute: z
    .strictObject({
      who: Line(80).trim().min(1),
      everyMinutes: z
        .number()
        .int()
        .min(5)
        .max(24 * 60),
    })
    .optional()
    .describe('Must be given for the last eye of a section.'),
});
export type StartMaintenance = z.infer<typeof StartMaintenance>;

const SensorView = z.object({
  sensorId: z.number(),
  code: z.string(),
  name: Words,
  item: z.enum(ITEMS),
  unit: z.enum(UNITS),
  intervalMs: z.number(),
  /** Readings from before carry a clock fault. */
  installedAt: At,
  state: z.enum(SENSOR_STATES),
  point: z.string(),
  sectionId: z.string().nullable(),
  maintenance: MaintenanceView.nullable().describe(
    'null: nobody is working on its point, nor on one it is derived from.',
  ),
  visibility: z.enum(VISIBILITIES),
  visibilitySince: At.nullable(),
  newest: z
    .object({
      observedAt: At,
      receivedAt: At,
      value: z.number(),
      doubtful: z.boolean(),
      flags: z.array(z.string()).optional().describe('Why it is doubtful.'),
    })
    .nullable(),
});
export type SensorView = z.infer<typeof SensorView>;

const RuleView = z.object({
  target: z.string(),
  ruleId: z.string(),
  sensorId: z.number(),
  worse: z.enum(['rising', 'falling']),
  limits: z.partialRecord(z.enum(WARNING_LEVELS), z.number()),
  deadband: z.number(),
  source: z.string(),
  approved: z.object({ by: z.string(), on: z.string(), document: z.string() }).nullable(),
  level: z.enum(LEVELS),
  verified: z.boolean().describe('False: one doubtful reading says so; nobody is called until something agrees.'),
  guarded: z.boolean().describe('False: shows colour, the engineer is told, no phone rings.'),
  changedAt: At.nullable(),
});
export type RuleView = z.infer<typeof RuleView>;

const AttemptView = z.object({
  number: z.number(),
  contactId: z.string(),
  medium: z.enum(MEDIA),
  level: z.enum(WARNING_LEVELS),
  status: z.string(),
  outcome: z.string().nullable(),
  createdAt: At,
  endedAt: At.nullable(),
  origin: z
    .enum(['ladder', 'dark'])
    .optional()
    .describe('dark: made while the database was away, and taken in afterwards. Absent: ladder.'),
});
export type AttemptView = z.infer<typeof AttemptView>;

/** A step of a ladder: whom it names, and whom that meant when it was last tried. */
const RungView = z.object({
  who: z.array(
    z.union([
      z.object({ duty: z.enum(DUTIES) }),
      z.object({ contactId: z.string() }),
      z.object({ group: z.string().describe('Id of a group.') }),
    ]),
  ),
  people: z.array(z.string()).describe('Ids of contacts; empty before it is tried, unless it names one contact.'),
  media: z.array(z.enum(MEDIA)).describe('All of them at once.'),
  everyone: z.boolean().describe('All of its people have to answer.'),
  answerWithinMs: z.number(),
});
/** One level's ladder within a callout: who has been and will be called, and whether somebody who may has answered. */
const RunView = z.object({
  /** follow-up: news at a level that was answered before; no-response: nobody said in time what is done; declined: who answered cannot. */
  kind: z.enum(['level', 'follow-up', 'no-response', 'declined']),
  level: z.enum(WARNING_LEVELS),
  answeredBy: z.array(z.enum(DUTIES)),
  rungs: z.array(RungView),
  /** Index of the rung being tried now; null once answered. */
  current: z.number().nullable(),
  /** When the next rung is tried if nobody answers; null once answered. */
  deadline: At.nullable(),
  answered: z.object({ contactId: z.string(), at: At }).nullable(),
  respondBy: At.nullable().describe(
    'Answered, and until then somebody has to say what is done; null: nothing is owed.',
  ),
  withdrawn: At.nullable().describe('When who had answered said that he cannot, or is somebody else.'),
});

export const CalloutView = z.object({
  calloutId: z.string(),
  siteId: z.string(),
  drill: z.boolean().describe('演练: people are really called, and told that it is one.'),
  phase: z.enum(['calling', 'answered', 'responding', 'released']),
  openedAt: At,
  endedAt: At.nullable(),
  runs: z.array(RunView),
  attempts: z.array(AttemptView),
  answers: z.array(
    z.object({
      contactId: z.string(),
      level: z.enum(WARNING_LEVELS).nullable().describe('The gravest level it settled; null: none, it was only seen.'),
      asked: z.enum(WARNING_LEVELS).describe('The level that was put to the person.'),
      medium: z.enum([...MEDIA, 'screen']),
      at: At,
    }),
  ),
  orders: z.array(OrderView).describe('What people have said that is done, oldest first.'),
  levelStands: z
    .boolean()
    .describe('A level that people are called for still stands; false: it fell, and is not released yet.'),
});
export type CalloutView = z.infer<typeof CalloutView>;

/** Whether phones can be called, and whether they are real: `simulated` null is not known. */
const CarrierView = z.object({
  simulated: z.boolean().nullable(),
  reachable: z.boolean(),
  detail: z.string().describe('Technical, in English.'),
  page: z.string().nullable().describe('Where its simulated phones can be seen and answered.'),
});
export type CarrierView = z.infer<typeof CarrierView>;

/** What was reported besides measured levels, and stands. */
export const ReportView = z.object({
  key: z.string(),
  subject: z.enum(REPORT_SUBJECTS),
  level: z.enum(WARNING_LEVELS),
  words: Words,
  since: At.describe('When it reached this level.'),
});
export type ReportView = z.infer<typeof ReportView>;

export const SiteOverview = z.object({
  siteId: z.string(),
  name: Words,
  timeZone: z.string(),
  now: At,
  level: z.enum(LEVELS),
  facility: z.object({ class: z.string(), construction: z.string(), storage: z.string(), peopleBelow: z.boolean() }),
  guarded: z.boolean().describe('False: no rule has approved limits on a point in service. NOT GUARDED.'),
  callProvedAt: At.nullable().describe(
    'When a real call was last answered here, of the last 90 days; null: none. With real phones the site is NOT IN SERVICE without.',
  ),
  service: z.enum(['trial', 'in-service']).optional().describe('What the mine says of the site; absent: nothing.'),
  sections: z.array(z.object({ sectionId: z.string(), name: Words })),
  sensors: z.array(SensorView),
  rules: z.array(RuleView),
  reports: z.array(ReportView).describe('Gravest first.'),
  contacts: z.array(
    z.object({
      contactId: z.string(),
      name: Words,
      duty: z.enum(DUTIES),
      phone: z.string().describe('Masked for those who need not dial it.'),
    }),
  ),
  callout: CalloutView.nullable(),
  carrier: CarrierView.nullable().describe('null: no carrier is configured, nobody can be called.'),
  quarantined: z.number().describe('Refused messages of the last 24 h that are no readings yet.'),
  cursor: Cursor.describe('Resume /live from here to miss nothing.'),
});
export type SiteOverview = z.infer<typeof SiteOverview>;

/** Curve of one sensor. [observedAt ms, value, 1 if doubtful else 0], oldest first. */
export const Curve = z.object({
  sensorId: z.number(),
  from: At,
  to: At,
  stored: z.number().describe('Readings in the span before thinning.'),
  points: z.array(z.tuple([z.number(), z.number(), z.union([z.literal(0), z.literal(1)])])),
});
export type Curve = z.infer<typeof Curve>;

export const Acknowledge = z.strictObject({ target: Line(200) });
export const AlarmView = z.object({
  target: z.string(),
  state: z.enum(['normal', 'unacknowledged', 'acknowledged', 'returned-unacknowledged']),
  level: z.enum(LEVELS),
  acknowledged: z.object({ by: z.string(), at: At }).nullable(),
});

/** One sensor or channel as it reaches us. */
const SourceView = z.object({
  sensorId: z.number().describe('Its number, by which its curve is read.'),
  code: z.string(),
  name: Words,
  kind: z.enum(['sensor', 'channel', 'derived']),
  unit: z.string(),
  intervalMs: z.number(),
  lastAt: At.nullable().describe('When the newest reading arrived; null: none ever did.'),
  lastGoodAt: At.nullable().describe('When the newest good one arrived.'),
  latencyMs: z.number().nullable().describe('Of the newest: arrival after measurement; negative: its clock is ahead.'),
  counts: z
    .object({ good: z.number(), doubtful: z.number(), late: z.number(), doubled: z.number(), refused: z.number() })
    .describe('Over the last 24 h.'),
  flags: z.array(z.string()).describe('Of the newest reading: why it is doubtful.'),
  refusal: z
    .object({ at: At, reason: z.string(), detail: z.string() })
    .nullable()
    .describe('The newest refused message of it in the last 24 h.'),
});
export type SourceView = z.infer<typeof SourceView>;

export const ConnectionsView = z.object({
  now: At,
  line: z.object({
    judge: z.boolean().describe('The judge has been heard.'),
    broker: z.boolean().describe('It is connected to the broker.'),
    database: z.boolean().describe('It records.'),
  }),
  sources: z.array(SourceView),
  carriers: z
    .array(
      z.object({
        name: z.string(),
        kind: z.string(),
        media: z.array(z.enum(MEDIA)),
        reachable: z.boolean(),
        simulated: z.boolean().nullable(),
        detail: z.string().describe('Technical, in English.'),
        noTemplate: z.array(z.enum(PURPOSES)).describe('What it has no approved template for, and refuses.'),
        balance: z.string().nullable().describe('What is left to call with, where the vendor says it.'),
        failingSince: At.nullable(),
        faults: z.number().describe('Looks that failed in a row.'),
        testedAt: At.nullable().describe('The last daily self-test.'),
      }),
    )
    .describe('Who calls, in the order in which they are asked.'),
});
export type ConnectionsView = z.infer<typeof ConnectionsView>;

/** Refused messages being read again with the present mapping. */
export const ReplayView = z.object({
  replayId: z.number(),
  requestedAt: At,
  doneAt: At.nullable(),
  stored: z.number().nullable().describe('Messages that became readings.'),
  refused: z.number().nullable().describe('Messages that are refused as before.'),
});
export type ReplayView = z.infer<typeof ReplayView>;

export const QuarantineView = z.object({
  dropped: z
    .number()
    .default(0)
    .describe('Oldest messages that were dropped, of all sites: the newest 100,000 are kept.'),
  counts: z.array(z.object({ reason: z.string(), count: z.number() })),
  newest: z.array(
    z.object({
      id: z.number(),
      receivedAt: At,
      siteId: z.string().nullable(),
      topic: z.string(),
      reason: z.string(),
      detail: z.string(),
      replayedAt: At.nullable().describe('When it became readings after all.'),
      payload: z.string().describe('UTF-8, unreadable bytes replaced; 2,000 characters at most.'),
    }),
  ),
});
export type QuarantineView = z.infer<typeof QuarantineView>;

/** Which parts of the service are missing. Open to everybody: the sign-in form must say that phones are simulated. */
/** What looks after the calling itself, every few seconds, in another process than the one that calls. */
export const AuditorView = z.object({
  lookedAt: z
    .number()
    .nullable()
    .describe('Epoch milliseconds, UTC; null: never. It is missing when that is 20 s ago.'),
  neglects: z.number().describe('What is owed to somebody and has not been done: 0 when all is well.'),
  standingIn: z.boolean().describe('True while the gateway calls in place of the process that should.'),
});
export type AuditorView = z.infer<typeof AuditorView>;

export const ReadyView = z.object({
  ready: z.boolean(),
  missing: z.array(z.enum(['database', 'broker', 'judge', 'alert', 'armed', 'auditor'])),
  auditor: AuditorView,
  carrier: CarrierView.nullable().describe('null: no carrier is configured, nobody can be called.'),
  clock: ClockView,
});
export type ReadyView = z.infer<typeof ReadyView>;
