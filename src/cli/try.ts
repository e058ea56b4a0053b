import { readFile } from 'node:fs/promises';
import { parseSiteFile } from '../app/site-file.ts';
import { whatItGives } from '../app/what-it-gives.ts';
import type { Outcome } from '../app/what-it-gives.ts';
import { AppError } from '../core/errors.ts';

/**
 * `try FILE CODE=VALUE …` prints what the site of FILE makes of raw values, and which levels they reach. It needs no database,
 * stores nothing and calls nobody.
 * @throws AppError `config/invalid`, `config/setting`
 */
export async function tryCommand(words: readonly string[], print: (text: string) => void): Promise<void> {
  const [file, ...given] = words;
  if (file === undefined || given.length === 0) throw misused();
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('config/setting', `${file} cannot be read`, { cause });
  });
  const { config } = parseSiteFile(text, file);
  const codes = new Set([...(config.channels ?? []), ...config.sensors].map(({ code }) => code));
  const raw = new Map(given.map(valueOf));
  for (const code of raw.keys())
    if (!codes.has(code)) throw new AppError('config/setting', `${file}: no channel or sensor has the code "${code}"`);
  const outcomes = whatItGives(config, raw);
  if (outcomes.length === 0) print('nothing is made of that');
  for (const outcome of outcomes) print(lineOf(outcome));
}

function lineOf({ sensor, unit, value, flags, lacks, needsPast, levels }: Outcome): string {
  const number = value === null ? 'no value' : `${String(Number(value.toPrecision(9)))} ${unit}`;
  const why = [
    ...flags,
    ...(needsPast ? ['looks back over what was measured'] : []),
    ...(lacks.length > 0 ? [`without ${lacks.join(', ')}`] : []),
  ];
  const reached = levels.map(({ rule, level }) => `${rule}: ${level}`);
  return [`${sensor}  ${number}`, ...(why.length > 0 ? [`(${why.join('; ')})`] : []), ...reached].join('  ');
}

function valueOf(written: string): [string, number] {
  const [, code = '', value = ''] = /^([a-z0-9-]+)=(\S+)$/.exec(written) ?? [];
  if (code === '' || !Number.isFinite(Number(value))) throw misused();
  return [code, Number(value)];
}

const misused = (): AppError => new AppError('config/setting', 'usage: tailwatch try FILE CODE=VALUE …');
