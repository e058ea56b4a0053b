import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { sl651 } from '../../../adapters/sl651/line.ts';
import { Sl651Line } from '../../../src/contract/acquire/sl651-config.ts';
import { instant } from '../../../src/core/time.ts';

const CASES = path.join(import.meta.dirname, 'cases');

it.each(readdirSync(CASES))('%s', async (name) => {
  const folder = path.join(CASES, name);
  const story = parse(readFileSync(path.join(folder, 'story.yaml'), 'utf8')) as { line: unknown; frames: string[] };
  const line = Sl651Line.parse(story.line);
  const bytes = Uint8Array.from(Buffer.from(story.frames.join('').replaceAll(/\s/g, ''), 'hex'));
  const tried = sl651.tryOut?.(line, bytes, instant(Date.UTC(2026, 2, 14, 6)));
  const outcome = {
    values: tried?.acquired.map(({ sensorCode, observedAt, value, quality, why, raw }) =>
      [sensorCode, new Date(observedAt).toISOString(), String(value), quality, why, raw]
        .filter((part) => part !== undefined)
        .join(' '),
    ),
    refusals: tried?.refusals,
  };
  await expect(`${JSON.stringify(outcome, null, 2)}\n`).toMatchFileSnapshot(path.join(folder, 'expected.txt'));
});
