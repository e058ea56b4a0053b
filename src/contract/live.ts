import { z } from 'zod';
import { LEVELS, WARNING_LEVELS } from '../core/level.ts';
import { REPORT_SUBJECTS } from '../core/report.ts';
import { VISIBILITIES } from '../core/visibility.ts';

/** Topic on which `judge` publishes committed readings of a site (QoS 0): a LiveReadings payload. */
export const liveTopic = (siteId: string): string => `tailwatch/live/readings/${siteId}`;
export const LIVE_READINGS = 'tailwatch/live/readings/+';
/** Topic of the judge's pulse: a Pulse payload every two seconds. */
export const PULSE_TOPIC = 'tailwatch/live/pulse';

/** [sensor id, observedAt ms, receivedAt ms, value, 1 if doubtful else 0] */
export const LiveReading = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.union([z.literal(0), z.literal(1)]),
]);
export type LiveReading = z.infer<typeof LiveReading>;

export const LiveReadings = z.object({
  siteId: z.string(),
  readings: z.array(LiveReading),
  /** False: judged in memory while the database is away. Absent means true. */
  recorded: z.boolean().optional(),
});
export type LiveReadings = z.infer<typeof LiveReadings>;

/** What the judge says of itself. */
export const Pulse = z.object({
  at: z.number(),
  /** False while samples cannot arrive (broker lost). */
  broker: z.boolean(),
  /** False while readings cannot be committed. */
  database: z.boolean(),
});
export type Pulse = z.infer<typeof Pulse>;

/**
 * Topic of what the judge knows and cannot record: an Unrecorded payload with every pulse, before it and as of the same
 * moment, from when the database is away until all of it is recorded. A pulse of a judge that can record with none is its end.
 */
export const UNRECORDED_TOPIC = 'tailwatch/live/unrecorded';

/** What a judge knows from memory alone. */
export const Unrecorded = z.object({
  at: z.number(),
  /** When the database last answered. */
  since: z.number(),
  /** Every target above normal, with the change that brought it there; recorded or not. */
  targets: z.array(
    z.object({
      siteId: z.string(),
      target: z.string(),
      level: z.enum(LEVELS),
      value: z.number(),
      limit: z.number(),
      observedAt: z.number(),
      verified: z.boolean(),
      guarded: z.boolean(),
    }),
  ),
});
export type Unrecorded = z.infer<typeof Unrecorded>;

/** Newest position the client has seen of each log; the server sends all after it, missing none. */
export const Cursor = z.object({
  levelChange: z.number().int().nonnegative(),
  visibilityChange: z.number().int().nonnegative(),
  calloutEvent: z.number().int().nonnegative(),
  /** A page from before there was this log sends none. */
  lateExceedance: z.number().int().nonnegative().default(0),
  reportChange: z.number().int().nonnegative().default(0),
});
export type Cursor = z.infer<typeof Cursor>;

export const LiveEvent = z.discriminatedUnion('log', [
  z.object({
    log: z.literal('levelChange'),
    position: z.number(),
    siteId: z.string(),
    target: z.string(),
    sensorId: z.number(),
    from: z.enum(LEVELS),
    to: z.enum(LEVELS),
    observedAt: z.number(),
    cause: z.string(),
    value: z.number(),
    limit: z.number(),
    verified: z.boolean(),
    guarded: z.boolean(),
  }),
  z.object({
    log: z.literal('visibilityChange'),
    position: z.number(),
    siteId: z.string(),
    sensorIds: z.array(z.number()),
    visibility: z.enum(VISIBILITIES),
    cause: z.string(),
    /** The line or device by which it changed; null: none. */
    line: z.string().nullable().optional(),
    at: z.number(),
  }),
  z.object({
    log: z.literal('calloutEvent'),
    position: z.number(),
    siteId: z.string(),
    calloutId: z.string().nullable(),
    type: z.string(),
    at: z.number(),
    facts: z.record(z.string(), z.unknown()),
  }),
  z.object({
    log: z.literal('lateExceedance'),
    position: z.number(),
    siteId: z.string(),
    target: z.string(),
    sensorId: z.number(),
    level: z.enum(WARNING_LEVELS),
    /** The level that stood when it came. */
    standing: z.enum(LEVELS),
    observedAt: z.number(),
    receivedAt: z.number(),
    value: z.number(),
    limit: z.number(),
  }),
  z.object({
    log: z.literal('reportChange'),
    position: z.number(),
    siteId: z.string(),
    subject: z.enum(REPORT_SUBJECTS),
    key: z.string(),
    from: z.enum(LEVELS),
    to: z.enum(LEVELS),
    words: z.object({ zh: z.string(), en: z.string() }),
    at: z.number(),
    who: z.string(),
  }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;

/** Whether a page can be heard: its sound is on, was switched off there, or the browser lets none out before a click. */
export const SOUND_STATES = ['on', 'off', 'blocked'] as const;
export type SoundState = (typeof SOUND_STATES)[number];

/** Browser to gateway on /live. */
export const ClientMessage = z.discriminatedUnion('type', [
  /** First and once: where to go on from; null starts from now. */
  z.strictObject({ type: z.literal('resume'), cursor: Cursor.nullable() }),
  /** After it, and at each change. A page from before there was this says nothing. */
  z.strictObject({ type: z.literal('screen'), sound: z.enum(SOUND_STATES) }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

/** The clock of the host that calls people, compared within the last 25 minutes. */
export const ClockView = z.object({
  offsetMs: z.number().nullable().describe('How far the reference is ahead of it; null: not known.'),
  against: z.enum(['ntp', 'database']).nullable(),
  ok: z.boolean().describe('False when it is known to be off by more than 2 s.'),
});
export type ClockView = z.infer<typeof ClockView>;

/** Gateway to browser on /live. Events are never dropped nor merged; readings may be thinned to the newest of each sensor. */
export const ServerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), now: z.number(), cursor: Cursor }),
  z.object({
    type: z.literal('readings'),
    siteId: z.string(),
    readings: z.array(LiveReading),
    thinned: z.boolean(),
    recorded: z.boolean().optional(),
  }),
  /** At its beginning, every two seconds while it lasts, and null when all is recorded. One that grows old was of a judge that ended. */
  z.object({ type: z.literal('unrecorded'), unrecorded: Unrecorded.nullable() }),
  z.object({ type: z.literal('event'), event: LiveEvent }),
  z.object({
    type: z.literal('pulse'),
    now: z.number(),
    /** null: the judge has not been heard for six seconds; readings are not known to be judged. */
    judge: Pulse.nullable(),
    /** False while the process that calls people has shown no sign of work for 15 s: nobody is called. */
    alert: z.boolean(),
    /** The process that calls people is silent, and the gateway calls in its place. Absent means false. */
    standIn: z.boolean().optional(),
    /** False: this database is a copy that nobody has armed, and nobody is called. Absent means true. */
    armed: z.boolean().optional(),
    /** False while the gateway cannot read the logs: events may be late. Absent means true. */
    following: z.boolean().optional(),
    /** Absent: a server from before it was watched. */
    clock: ClockView.optional(),
  }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;
