import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TRACES } from './traces.ts';

const FOLDER = path.join(TRACES, 'usgs-connecticut-well');

/** Where the trace is missing a test is skipped; in CI that would be a proof that silently was not given. */
export const hasWellTrace = existsSync(FOLDER) || process.env['CI'] === 'true';

interface Day {
  readonly observedAt: number;
  readonly value: number;
}

/** Head of a bedrock well in Connecticut, m above datum, daily from 2002 to 2021 with 41 gaps. */
export const readHeads = (): Day[] => column('heads.csv', 1);
/** Precipitation there, mm of the day, without a gap. */
export const readPrecipitation = (): Day[] =>
  column('input.csv', 1).filter(
    ({ observedAt }) => observedAt >= Date.parse('2002-01-01') && observedAt < Date.parse('2022-01-01'),
  );

/** Days without an hour: they are taken to be read at noon of UTC. */
const column = (file: string, which: number): Day[] =>
  readFileSync(path.join(FOLDER, file), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))
    .map((cells) => ({ observedAt: Date.parse(`${cells[0] ?? ''}T12:00:00Z`), value: Number(cells[which]) }));
