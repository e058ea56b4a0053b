import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TRACES } from './traces.ts';

const FOLDER = path.join(TRACES, 'usgs-mukilteo');

/** Where the trace is missing a test is skipped; in CI that would be a proof that silently was not given. */
export const hasMukilteoTrace = existsSync(FOLDER) || process.env['CI'] === 'true';

/** One logger record: what its channels gave. */
export interface LoggerRecord {
  readonly observedAt: number;
  readonly channels: Readonly<Record<string, number>>;
}

/**
 * Fourteen days of December 2015, every 15 minutes: piezometers and rain of station MVD116, air pressure of Waterton A.
 * Times are local, UTC−8.
 */
export function readMukilteoTrace(): LoggerRecord[] {
  const air = new Map(rowsOf('waWatertonA_14d.txt').map((row) => [row[0], Number(row[5])]));
  return rowsOf('waMVD116_14d.txt').map((row) => {
    const n = (column: number): number => Number(row[column]);
    return {
      observedAt: Date.parse(`${(row[0] ?? '').replace(' ', 'T')}-08:00`),
      channels: {
        'vwp-1-frequency': n(17),
        'vwp-1-thermistor': n(18),
        'vwp-2-frequency': n(19),
        'vwp-2-thermistor': n(20),
        barometer: air.get(row[0]) ?? NaN,
        'rain-gauge': n(5),
      },
    };
  });
}

const rowsOf = (file: string): string[][] =>
  readFileSync(path.join(FOLDER, file), 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split('\t'));

interface Published {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly slopePsi: number;
  readonly interceptPsi: number;
  readonly thermistorOffset: number;
  readonly shift: number;
}

const PIEZOMETERS: Readonly<Record<string, Published>> = {
  'vwp-1': {
    a: -0.000095792,
    b: -0.002326,
    c: 828.53,
    slopePsi: 0.038,
    interceptPsi: -0.762,
    thermistorOffset: 0.3,
    shift: 0.1,
  },
  'vwp-2': {
    a: -0.00010171,
    b: 0.016517,
    c: 772.93,
    slopePsi: 0.0208,
    interceptPsi: -0.414,
    thermistorOffset: 0.1,
    shift: -0.2,
  },
};

const KPA_PER_PSI = 6.89475729;

/** Water level in metres as the authors of the data compute it, written down anew from their text. */
export function publishedLevel(piezometer: string, { channels }: LoggerRecord): number {
  const p = PIEZOMETERS[piezometer];
  const f = channels[`${piezometer}-frequency`] ?? NaN;
  const lnR = Math.log(channels[`${piezometer}-thermistor`] ?? NaN);
  const baro = ((channels['barometer'] ?? NaN) * 0.24 + 500) * 0.1;
  if (p === undefined) return NaN;
  const t = 1 / (1.4051e-3 + 2.369e-4 * lnR + 1.019e-7 * lnR * lnR * lnR) - 273.15 + p.thermistorOffset;
  const uncorrected = p.a * f * f + p.b * f + p.c;
  const pressure = uncorrected + (20.2 - t) * p.slopePsi * KPA_PER_PSI + p.interceptPsi * KPA_PER_PSI - (baro - 101.3);
  return 0.1019977334 * pressure + p.shift;
}
