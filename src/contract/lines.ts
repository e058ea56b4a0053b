import { z } from 'zod';
import { LINE_FAULTS, LINE_STATES } from '../core/acquired.ts';
import { RawSeen } from './acquire/command.ts';
import { At, Line } from './shape.ts';

const Standing = z.object({
  state: z.enum(LINE_STATES),
  fault: z.enum(LINE_FAULTS).nullable().describe('Why it gives nothing; null: it does, or is about to.'),
  detail: z.string().nullable().describe('Technical, as its adapter says it.'),
  since: At.nullable().describe('null: it has not said anything yet.'),
});

const LineSensorView = z.object({
  sensorId: z.number(),
  code: z.string(),
  name: z.object({ zh: z.string(), en: z.string() }),
  unit: z.string(),
  device: z.string().nullable(),
  lastAt: At.nullable(),
  lastGoodAt: At.nullable(),
  value: z.number().nullable().describe('Of its newest reading.'),
});
export type LineSensorView = z.infer<typeof LineSensorView>;

export const LineView = z.object({
  line: z.string(),
  protocol: z.string(),
  edge: z.string().describe('The acquire process that runs it.'),
  paused: z.boolean(),
  ...Standing.shape,
  lastAt: At.nullable().describe('Arrival of the newest reading of any of its sensors.'),
  lastGoodAt: At.nullable().describe('The same of good ones, of the last that came.'),
  canMeasure: z.boolean().describe('Its protocol may have an instrument measure now.'),
  canTry: z.boolean().describe('Its protocol decodes what is pasted.'),
  sensors: z.number().describe('Channels and sensors that it reports.'),
  reports: z.array(LineSensorView).describe('Each of them that has been set up.'),
  devices: z.array(z.object({ device: z.string(), ...Standing.shape })),
});
export type LineView = z.infer<typeof LineView>;

export const LinesView = z.object({
  now: At,
  lines: z.array(LineView).describe('In the order in which they are written.'),
  edges: z
    .array(
      z.object({
        edge: z.string(),
        heardAt: At.nullable().describe('null: nothing was heard of this process since we listen.'),
        waitingBytes: z.number().nullable().describe('Of what waits on its disk.'),
        lost: z.string().nullable().describe('What its spool had to lose last; null: nothing.'),
      }),
    )
    .describe('The acquire processes that its lines name.'),
});
export type LinesView = z.infer<typeof LinesView>;

export const LineNamed = z.object({ lineName: Line(80).describe('The line.') });
export const LookView = z.object({ raw: z.array(RawSeen) });
export type LookView = z.infer<typeof LookView>;

export const TryLine = z.object({
  lineName: Line(80).describe('The line.'),
  hex: z.string().max(16_384).optional().describe('Bytes of a frame: hexadecimal, spaces do not count.'),
  payload: z.string().max(16_384).optional().describe('A payload as text.'),
});
export type TryLine = z.infer<typeof TryLine>;
export const TriedView = z.object({
  acquired: z.array(
    z.object({
      sensorCode: z.string(),
      observedAt: At,
      value: z.number().nullable(),
      quality: z.string(),
      why: z.string().optional(),
      raw: z.string().optional(),
    }),
  ),
  refusals: z.array(z.string()),
});
export type TriedView = z.infer<typeof TriedView>;

/** A device has measured: its value comes as every other. */
export const MeasuredView = z.object({ line: z.string(), at: At });
export type MeasuredView = z.infer<typeof MeasuredView>;
