import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TRACES } from './traces.ts';

const FOLDER = path.join(TRACES, 'tailings-pond-canada');

/** Where the trace is missing a test is skipped; in CI that would be a proof that silently was not given. */
export const hasPondTrace = existsSync(FOLDER) || process.env['CI'] === 'true';

/** What one column of it says at one moment. */
export interface TraceRow {
  readonly observedAt: number;
  readonly value: number;
}

/** Its times are local without saying of which zone; UTC−4 is assumed (eastern summer time, which holds from June to August). */
const ZONE_MS = 4 * 3_600_000;

/** Level of a real tailings pond in Canada in m, every five minutes of three months: 26,478 rows. */
export const readPondLevels = (): TraceRow[] =>
  rowsOf('pp_station.csv').map(([time = '', , , , level = '']) => {
    const [, year, month, day, hour, minute] = /^(\d+)-(\d+)-(\d+) (\d+):(\d+)$/.exec(time) ?? [];
    const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
    return { observedAt: local + ZONE_MS, value: Number(level) };
  });

/** Rain of each day of those months in mm, at its end. Days on which nobody measured are not in it. */
export const readPondRain = (): TraceRow[] =>
  rowsOf('envcanada_rainfall.csv')
    .filter(([day = '', rain = '']) => day >= '2020-06-01' && day <= '2020-08-30' && rain !== '')
    .map(([day = '', rain = '']) => ({ observedAt: Date.parse(`${day}T24:00:00Z`) + ZONE_MS, value: Number(rain) }));

function rowsOf(file: string): string[][] {
  const [, ...lines] = readFileSync(path.join(FOLDER, file), 'utf8').replace('\u{FEFF}', '').trim().split(/\r?\n/);
  return lines.map((line) => line.split(','));
}
