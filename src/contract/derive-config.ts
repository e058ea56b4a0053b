import { z } from 'zod';

const Code = z.string();
const Line = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of plain text');
const Window = z
  .number()
  .positive()
  .max(31 * 24 * 3600)
  .describe('How far back it looks, in seconds.');

const from = z.iso.date().describe('First day (UTC) on which these constants hold.');
const source = Line.describe('Where they come from: certificate, survey, who.');

/** Constants with the day from which they hold: the last whose day has come counts; its number is the reading's version. */
const calibrations = <Shape extends z.core.$ZodLooseShape>(constants: Shape) =>
  z
    .array(z.strictObject({ from, source, ...constants }))
    .min(1)
    .describe('Constants by day, oldest first. Those that readings were made with stay; a new one is added below.');

const battery = z
  .strictObject({
    channel: Code.describe('Channel of its voltage.'),
    lowBelow: z.number().positive().describe('Below this what was measured on it is doubtful, in V.'),
    maxAgeSeconds: z
      .number()
      .positive()
      .max(24 * 3600)
      .default(3600)
      .describe('An older voltage says nothing.'),
  })
  .optional()
  .describe('Battery that the instrument measures on.');

const Thermistor = z
  .strictObject({
    a: z.number().describe('A of Steinhart–Hart, 1/K, R in ohm.'),
    b: z.number().describe('B.'),
    c: z.number().describe('C.'),
  })
  .describe('For a channel that gives ohm; without it the channel gives °C.');

const VibratingWire = z.strictObject({
  formula: z.literal('vibrating-wire').describe('Water level over a vibrating-wire piezometer, in m.'),
  reading: Code.describe('Channel that gives its frequency or digits; every reading of it gives a level.'),
  temperature: Code.optional().describe('Channel of its thermistor, same record. Without it: no correction.'),
  barometer: Code.optional().describe('Channel or sensor of the air pressure in kPa. Without it: no correction.'),
  barometerMaxAgeSeconds: z
    .number()
    .positive()
    .max(24 * 3600)
    .default(1800)
    .describe('An older air pressure does not count: the level is stored without number.'),
  battery,
  calibrations: calibrations({
    calibratedIn: z
      .enum(['hertz', 'digits'])
      .describe('Of what the constants are; the channel gives Hz or digits by its unit.'),
    linear: z
      .strictObject({
        factor: z.number().describe('G in kPa per digit (or Hz): P = G·(R − R₀).'),
        zero: z.number().describe('R₀, the field zero reading.'),
      })
      .optional()
      .describe('Either this'),
    polynomial: z
      .strictObject({
        a: z.number().describe('P = a·R² + b·R + c, in kPa.'),
        b: z.number().describe('See `a`.'),
        c: z.number().describe('So set in the field that P is 0 at the zero reading.'),
      })
      .optional()
      .describe('or this.'),
    offsetKilopascal: z.number().default(0).describe('Added to the pressure.'),
    temperature: z
      .strictObject({
        factor: z.number().describe('K in kPa/°C: K·(T − T₀) is added to the pressure.'),
        zero: z.number().describe('T₀ in °C.'),
        offset: z.number().default(0).describe('Added to the temperature, °C.'),
        thermistor: Thermistor.optional(),
        plausible: z
          .strictObject({
            min: z.number().describe('Lowest that can be true there, in °C.'),
            max: z.number().describe('Highest that can be true there, in °C.'),
          })
          .refine(({ min, max }) => min < max, { path: ['max'], error: 'must be above min' })
          .optional()
          .describe('A temperature outside is not believed: no correction, and doubtful.'),
      })
      .optional()
      .describe('Correction for temperature.'),
    barometerZero: z
      .number()
      .optional()
      .describe('Air pressure at the zero reading, kPa: what is above it is subtracted.'),
    metresPerKilopascal: z.number().positive().optional().describe('Water column of one kPa; 1/9.80665 if left out.'),
    elevation: z.number().describe('Of the instrument, in m: the datum of the level.'),
  }),
});

const Linear = z.strictObject({
  formula: z.literal('linear').describe('factor · value + offset.'),
  value: Code.describe('Channel or sensor.'),
  battery,
  calibrations: calibrations({
    factor: z.number().describe('Unit of this sensor per unit of the channel.'),
    offset: z.number().describe('In the unit of this sensor.'),
  }),
});

const PhreaticDepth = z.strictObject({
  formula: z.literal('phreatic-depth').describe('浸润线埋深: ground − water level, in m.'),
  level: Code.describe('Sensor of the water level in m.'),
  battery,
  calibrations: calibrations({ ground: z.number().describe('Elevation of the ground there, not of the pipe, in m.') }),
});

const BeachLength = z.strictObject({
  formula: z.literal('beach-length').describe('干滩长度: (crest − level) / slope, the least of all sections, in m.'),
  level: Code.describe('Sensor of the pond level in m.'),
  battery,
  calibrations: calibrations({
    sections: z
      .array(
        z.strictObject({
          crest: z.number().describe('Elevation of the beach crest there, in m.'),
          slope: z.number().positive().max(1).describe('Of the beach, as a fraction: 0.01 is 1 %.'),
        }),
      )
      .min(1)
      .describe('The sections surveyed.'),
  }),
});

const Freeboard = z.strictObject({
  formula: z
    .literal('freeboard')
    .describe('安全超高 over the lowest crest, 防洪高度 over the beach crest: crest − level, in m.'),
  level: Code.describe('Sensor of the pond level in m.'),
  battery,
  calibrations: calibrations({ crest: z.number().describe('Lowest elevation of the crest, in m.') }),
});

const RollingRain = z.strictObject({
  formula: z.literal('rolling-rain').describe('Rain of the last hours, in mm.'),
  tips: Code.describe('Channel of the gauge.'),
  windowSeconds: Window,
  battery,
  calibrations: calibrations({
    tipMillimetres: z.number().positive().describe('Rain of one tip, or of one unit of the counter, in mm.'),
    counts: z
      .enum(['interval', 'total'])
      .describe('interval: the tips of each interval; total: a counter that goes on.'),
    wrapsAt: z
      .number()
      .positive()
      .optional()
      .describe('How many values a counter has before it begins again: 65536 for 16 bits.'),
  }),
});

const Rate = z.strictObject({
  formula: z.literal('rate').describe('Rate of change by least squares: rate of rise, velocity.'),
  value: Code.describe('Channel or sensor.'),
  windowSeconds: Window,
  per: z.enum(['hour', 'day']).describe('In what time.'),
  battery,
  calibrations: calibrations({
    factor: z.number().default(1).describe('1000 where the sensor is in m and this one in mm.'),
  }),
});

const Displacement = z.strictObject({
  formula: z.literal('displacement').describe('How far a GNSS point has moved from where it began.'),
  east: Code.describe('Channel of its easting in m.'),
  north: Code.describe('Channel of its northing in m, same record.'),
  up: Code.describe('Channel of its height in m, same record.'),
  status: Code.optional().describe('Channel that says how good its solution is, same record.'),
  fixed: z
    .array(z.int().nonnegative())
    .min(1)
    .default([4])
    .describe('Values of `status` that are believed: 4 is fixed, 5 float, by NMEA GGA.'),
  component: z
    .enum(['horizontal', 'spatial', 'settlement', 'downslope'])
    .describe('In the plane, in space, −ΔU, or down the slope.'),
  battery,
  calibrations: calibrations({
    east: z.number().describe('Where it began, in m.'),
    north: z.number().describe('See `east`.'),
    up: z.number().describe('See `east`.'),
    slopeAzimuthDegrees: z
      .number()
      .min(0)
      .max(360)
      .optional()
      .describe('Where the slope faces, clockwise from north; for downslope.'),
    slopeDipDegrees: z.number().min(0).max(90).optional().describe('How steep it is; for downslope.'),
    factor: z.number().default(1000).describe('1000: from m to mm.'),
  }),
});

/** How a sensor's readings are made of others: a formula, what it takes, and its constants by day. */
export const DeriveConfig = z.discriminatedUnion('formula', [
  VibratingWire,
  Linear,
  PhreaticDepth,
  BeachLength,
  Freeboard,
  RollingRain,
  Rate,
  Displacement,
]);
export type DeriveConfig = z.infer<typeof DeriveConfig>;
