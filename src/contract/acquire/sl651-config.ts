import { z } from 'zod';
import { LineName, SensorCode, lineHead } from './line-head.ts';
import type { LineSensor } from './line-head.ts';

const Element = z.strictObject({
  element: z
    .string()
    .regex(/^(?:[0-9A-F]{2}|FF[0-9A-F]{2})$/, 'must be two hexadecimal digits in capitals, or FF and two')
    .describe(
      'Its identifier in quotes: `26` cumulative rain mm, `20` rain so far mm, `F4` and `F5` to `FC` the values of an hour (mm and m), `39` and `3B` levels m, `0E` groundwater depth m, `38` battery V; of the maker’s own `FF..`.',
    ),
  sensor: SensorCode,
  scale: z
    .number()
    .refine((scale) => scale !== 0, 'must not be 0')
    .default(1)
    .describe('By which it is multiplied to be in the unit of that sensor; 10 makes tips of 0.1 mm of `26`.'),
  offset: z.number().default(0).describe('What is added then.'),
});

const Station = z.strictObject({
  name: LineName.describe('Unique in the line.'),
  address: z
    .string()
    .regex(/^\d{10}$/, 'must be ten digits in quotes')
    .describe('Its address, ten digits.'),
  password: LineName.optional().describe(
    'Name of the secret with its password, four hexadecimal digits; left out, any is taken.',
  ),
  silentAfterSeconds: z
    .int()
    .min(60)
    .max(7 * 86_400)
    .default(7_200)
    .describe('Not heard for so long, it is reported as silent.'),
  elements: z.array(Element).min(1).max(100).describe('What it reports is what; others are left alone.'),
});

/** A port at which telemetry stations call and speak SL 651-2014. */
export const Sl651Line = z
  .strictObject({
    ...lineHead,
    protocol: z
      .literal('sl651')
      .describe('Telemetry stations (遥测站) by SL 651-2014 over TCP, in HEX/BCD; they call us.'),
    listen: z
      .strictObject({
        host: z.string().min(1).max(253).default('0.0.0.0').describe('Address of this machine.'),
        port: z.int().min(1).max(65_535).describe('Port of this machine.'),
      })
      .describe('Where it listens.'),
    utcOffset: z
      .string()
      .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/, 'must be an offset such as +08:00')
      .default('+08:00')
      .describe('Of the clocks of the stations.'),
    afterLast: z
      .enum(['stay', 'hang-up'])
      .default('stay')
      .describe(
        'What the last message is acknowledged with: stay on the line (ESC), or hang up (EOT), for stations that sleep.',
      ),
    connectionsMax: z
      .int()
      .min(1)
      .max(2_000)
      .default(200)
      .describe('Stations on the line at once; more are not let in.'),
    stations: z.array(Station).min(1).max(500).describe('Who may call. Others are not acknowledged.'),
  })
  .superRefine(({ stations }, ctx) => {
    const say = (path: (string | number)[], message: string): void => ctx.addIssue({ code: 'custom', path, message });
    for (const key of ['name', 'address'] as const) {
      const seen = new Set<string>();
      stations.forEach((station, i) => {
        if (seen.has(station[key])) say(['stations', i, key], `"${station[key]}" is used twice`);
        seen.add(station[key]);
      });
    }
    const codes = new Set<string>();
    stations.forEach(({ elements }, i) => {
      const ids = new Set<string>();
      elements.forEach(({ element, sensor }, j) => {
        if (ids.has(element)) say(['stations', i, 'elements', j, 'element'], `"${element}" is named twice`);
        if (codes.has(sensor)) say(['stations', i, 'elements', j, 'sensor'], `"${sensor}" is reported twice`);
        ids.add(element);
        codes.add(sensor);
      });
    });
  });
export type Sl651Line = z.infer<typeof Sl651Line>;

/** What it reports, each with its place in the line. */
export const sensorsOfSl651Line = ({ stations }: Sl651Line): readonly LineSensor[] =>
  stations.flatMap(({ name, elements }, i) =>
    elements.map(({ sensor }, j) => ({
      code: sensor,
      device: name,
      path: ['stations', i, 'elements', j, 'sensor'],
    })),
  );
