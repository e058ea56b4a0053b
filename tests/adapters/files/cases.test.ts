import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { files } from '../../../adapters/files/line.ts';
import { FilesLine } from '../../../src/contract/acquire/files-config.ts';
import { instant } from '../../../src/core/time.ts';

const CASES = path.join(import.meta.dirname, 'cases');

it.each(readdirSync(CASES))('%s', async (name) => {
  const folder = path.join(CASES, name);
  const line = FilesLine.parse(parse(readFileSync(path.join(folder, 'line.yaml'), 'utf8')));
  const tried = files.tryOut?.(line, readFileSync(path.join(folder, 'data.txt')), instant(Date.UTC(2026, 2, 14, 6)));
  const outcome = {
    values: tried?.acquired.map(({ sensorCode, observedAt, value, quality, why }) =>
      [sensorCode, new Date(observedAt).toISOString(), String(value), quality, why]
        .filter((part) => part !== undefined)
        .join(' '),
    ),
    refusals: tried?.refusals,
  };
  await expect(`${JSON.stringify(outcome, null, 2)}\n`).toMatchFileSnapshot(path.join(folder, 'expected.txt'));
});
