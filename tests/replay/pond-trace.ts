import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TRACES } from './traces.ts';

const FILE = path.join(TRACES, 'tailings-pond-canada', 'pp_station.csv');

/** Where the trace is missing a test is skipped; in CI that would be a proof that silently was not given. */
export const hasPondTrace = existsSync(FILE) || process.env['CI'] === 'true';

export interface TraceRow {
  readonly observedAt: number;
  readonly level: number;
}

/**
 * Three months of a real tailings pond in Canada, every five minutes: 26,478 rows. Its times are local without saying
 * of which zone; UTC−4 is assumed (eastern summer time, which holds from June to August, so no hour is doubled).
 */
export function readPondTrace(): TraceRow[] {
  const [, ...lines] = readFileSync(FILE, 'utf8').replace('\u{FEFF}', '').trim().split(/\r?\n/);
  return lines.map((line) => {
    const [time = '', , , , level = ''] = line.split(',');
    const [, year, month, day, hour, minute] = /^(\d+)-(\d+)-(\d+) (\d+):(\d+)$/.exec(time) ?? [];
    const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
    return { observedAt: local + 4 * 3_600_000, level: Number(level) };
  });
}
