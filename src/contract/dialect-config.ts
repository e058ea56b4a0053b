import { z } from 'zod';
import { isTopicFilter } from '../core/topic-filter.ts';

const Line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of plain text');

const BYTE_TYPE_NAMES = [
  'u8',
  'i8',
  'u16be',
  'i16be',
  'u16le',
  'i16le',
  'u32be',
  'i32be',
  'u32le',
  'i32le',
  'f32be',
  'f32le',
] as const;
export type ByteType = (typeof BYTE_TYPE_NAMES)[number];

const Condition = z
  .strictObject({
    field: Line(200).describe(
      'Field of the same device and time that says it, such as the solution status of a GNSS receiver.',
    ),
    oneOf: z.array(z.number()).min(1).max(20).describe('What it says while it is to be believed.').optional(),
    atMost: z.number().describe('The most it says while it is to be believed: an age of corrections.').optional(),
    why: z
      .enum(['not-fixed', 'old-corrections', 'battery-low', 'said-doubtful'])
      .default('said-doubtful')
      .describe('What is noted otherwise.'),
  })
  .refine(({ oneOf, atMost }) => oneOf !== undefined || atMost !== undefined, 'needs oneOf or atMost');

const Assignment = z.strictObject({
  device: Line(120).describe(
    'Who tells it, as the message says: number, loggerID, station name, devEui in small letters; node or node/device of Sparkplug.',
  ),
  field: Line(200).describe('What it is called there: `L1_GP_1.gpsTotalX`, `temperature`, the name of a metric.'),
  code: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be the code of a channel or sensor')
    .describe('Code of the channel or sensor that it is.'),
  scale: z
    .number()
    .refine((scale) => scale !== 0, 'must not be 0')
    .default(1)
    .describe('By which it is multiplied to be in the unit of that sensor.'),
  offset: z.number().default(0).describe('What is added then, in the unit of that sensor.'),
  believedWhile: z
    .array(Condition)
    .max(4)
    .optional()
    .describe('Else the reading is doubtful; also where the device does not say it.'),
});
export type Assignment = z.infer<typeof Assignment>;
export type Condition = z.infer<typeof Condition>;

const Port = z.strictObject({
  fPort: z.int().min(1).max(255).describe('The port that has this layout.'),
  fields: z
    .array(
      z.strictObject({
        name: Line(60).describe('Its name, as `sensors` have it.'),
        at: z.int().min(0).max(250).describe('Offset of its first byte.'),
        type: z.enum(BYTE_TYPE_NAMES).describe('How it lies there.'),
      }),
    )
    .min(1)
    .max(60)
    .describe('The numbers in it.'),
});

/** What a site's instruments say in somebody else's dialect of MQTT, and which of it is what sensor. */
export const DialectMapping = z
  .strictObject({
    topic: Line(200)
      .refine(isTopicFilter, 'must be an MQTT topic or filter')
      .describe('Where they publish: a topic or a filter; spBv1.0/GROUP/# for Sparkplug.'),
    dialect: z
      .enum(['geo-hazard', 'campbell', 'chirpstack', 'sparkplug'])
      .describe(
        'geo-hazard: 地质灾害 `$dp`, JSON or framed; campbell: GeoJSON and CSIJSON; chirpstack: uplinks of ChirpStack v4; sparkplug: Sparkplug B.',
      ),
    utcOffset: z
      .string()
      .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/, 'must be an offset such as +08:00')
      .describe('Of the clocks whose times are written without a zone; left out, such times are refused.')
      .optional(),
    untimed: z
      .enum(['refuse', 'arrival'])
      .default('refuse')
      .describe('A value without a time: refused, or taken as of its arrival, which hides how long it was on its way.'),
    layouts: z.array(Port).max(20).optional().describe('chirpstack: how the bytes lie where no codec decodes them.'),
    sensors: z
      .array(Assignment)
      .min(1)
      .max(5_000)
      .describe('Which value is which sensor; others are told once a day and left alone.'),
  })
  .superRefine(({ topic, dialect, layouts, sensors }, ctx) => {
    const say = (path: (string | number)[], message: string): void => ctx.addIssue({ code: 'custom', path, message });
    if (dialect === 'sparkplug' && !/^spBv1\.0\/[^/+#]+\/#$/.test(topic))
      say(['topic'], 'must be spBv1.0/GROUP/# with the name of one group');
    if (dialect !== 'sparkplug' && topic.endsWith('#')) say(['topic'], 'must not end with # but for sparkplug');
    if (dialect !== 'chirpstack' && layouts !== undefined) say(['layouts'], 'is for chirpstack alone');
    const seen = new Set<string>();
    sensors.forEach(({ code }, i) => {
      if (seen.has(code)) say(['sensors', i, 'code'], `"${code}" is told twice`);
      seen.add(code);
    });
  });
export type DialectMapping = z.infer<typeof DialectMapping>;
