import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import type { z } from 'zod';
import { fieldTables } from './field-tables.ts';

const BEGIN = "<!-- keys: made from the schema by this folder's test; run it with -u to make them anew -->";
const END = '<!-- end of keys -->';

/**
 * Holds the keys of a line in `adapters/<folder>/README.md`, between two marks, to its schema.
 * Run with `-u` (vitest's) it writes them.
 */
export async function expectReadmeTellsKeys(folder: string, schema: z.ZodType): Promise<void> {
  const path = `adapters/${folder}/README.md`;
  const text = readFileSync(path, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from === -1 || to < from) throw new Error(`${path} needs the lines\n${BEGIN}\n${END}`);
  const keys = fieldTables(schema).replace('## The file', '### The line').replaceAll(/^## /gm, '### ');
  const next = `${text.slice(0, from)}${BEGIN}\n\n${keys}\n${text.slice(to)}`;
  await expect(next).toMatchFileSnapshot(resolve(path));
}
