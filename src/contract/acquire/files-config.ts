import { z } from 'zod';
import { SensorCode, lineHead } from './line-head.ts';
import type { LineSensor } from './line-head.ts';

const Column = z.strictObject({
  column: z.string().min(1).max(120).describe('Its name in the header; without a header its number, from `1`.'),
  sensor: SensorCode,
  scale: z
    .number()
    .refine((scale) => scale !== 0, 'must not be 0')
    .default(1)
    .describe('By which it is multiplied to be in the unit of that sensor.'),
  offset: z.number().default(0).describe('What is added then.'),
});

/** A line to a folder in which loggers leave files. */
export const FilesLine = z
  .strictObject({
    ...lineHead,
    protocol: z.literal('files').describe('Text files in a folder, which are written on or added.'),
    folder: z
      .string()
      .min(1)
      .max(1_000)
      .regex(/^(?:\/|[A-Za-z]:[\\/])/, 'must be a whole path')
      .describe('Where they are, as the machine sees it that runs the line; folders in it are not looked into.'),
    pattern: z
      .string()
      .min(1)
      .max(120)
      .regex(/^[^/\\]+$/, 'must be the name of a file, with * and ? for any')
      .describe('Which of them: `*` stands for anything, `?` for one character.'),
    format: z.enum(['csv', 'toa5']).describe('toa5: as Campbell loggers write them, with four lines of header.'),
    encoding: z
      .enum(['utf-8', 'gbk'])
      .default('utf-8')
      .describe('gbk: GBK and GB 18030. A byte order mark is left out.'),
    everySeconds: z.number().min(0.1).max(3_600).default(10).describe('How often it is looked for what is new.'),
    silentAfterSeconds: z
      .int()
      .min(10)
      .max(7 * 86_400)
      .default(7_200)
      .describe('Nothing new for so long, it is reported as silent.'),
    delimiter: z.enum([',', ';', 'tab']).default(',').describe('Between the columns.'),
    decimal: z.enum(['.', ',']).default('.').describe('Before the fraction of a number.'),
    skipLines: z.int().min(0).max(100).default(0).describe('csv: lines before the header.'),
    header: z.boolean().default(true).describe('csv: whether a line names the columns.'),
    time: z
      .strictObject({
        columns: z
          .array(z.string().min(1).max(120))
          .min(1)
          .max(2)
          .describe('Column of the time; two for a date and a time of day. TIMESTAMP of toa5.'),
        form: z
          .enum(['ymd', 'dmy', 'mdy', 'iso', 'epoch-s', 'epoch-ms'])
          .default('ymd')
          .describe('Order of year, month and day; iso has a zone.'),
      })
      .default({ columns: ['TIMESTAMP'], form: 'ymd' })
      .describe('When it was measured.'),
    utcOffset: z
      .string()
      .regex(/^[+-](?:0\d|1[0-4]):[0-5]\d$/, 'must be an offset such as +08:00')
      .default('+08:00')
      .describe('Of the clock that writes times without a zone.'),
    missing: z
      .array(z.string().max(40))
      .max(20)
      .default([])
      .describe('What stands for no value, besides nothing at all and NAN: `-7999`.'),
    lastLine: z
      .enum(['wait', 'take'])
      .default('wait')
      .describe(
        'A last line without an end: wait for the end, for it may be half a number; or take it, of files that come whole.',
      ),
    columns: z.array(Column).min(1).max(1_000).describe('Which column is which sensor; others are left alone.'),
  })
  .superRefine(({ columns, time, decimal, delimiter }, ctx) => {
    const say = (path: (string | number)[], message: string): void => ctx.addIssue({ code: 'custom', path, message });
    if (decimal === delimiter) say(['decimal'], 'must be another than the delimiter');
    const [names, codes] = [new Set<string>(time.columns), new Set<string>()];
    columns.forEach(({ column, sensor }, i) => {
      if (names.has(column)) say(['columns', i, 'column'], `"${column}" is named twice`);
      if (codes.has(sensor)) say(['columns', i, 'sensor'], `"${sensor}" is reported twice`);
      names.add(column);
      codes.add(sensor);
    });
  });
export type FilesLine = z.infer<typeof FilesLine>;

/** What it reports, each with its place in the line. */
export const sensorsOfFilesLine = ({ columns }: FilesLine): readonly LineSensor[] =>
  columns.map(({ sensor }, i) => ({ code: sensor, device: null, path: ['columns', i, 'sensor'] }));
