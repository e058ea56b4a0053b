import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ModbusLine } from '../../../src/contract/acquire/modbus-config.ts';
import { fieldTables } from '../../support/field-tables.ts';

const README = 'adapters/modbus/README.md';
const BEGIN = "<!-- keys: made from the schema by this folder's test; run it with -u to make them anew -->";
const END = '<!-- end of keys -->';

/** One table for each kind of line; what hangs on a bus is told once, at the modems. */
function keys(): string {
  const kinds = ModbusLine.options.map((kind) => [kind.shape.protocol.value, kind.describe('A line.')] as const);
  const [, ...sections] = fieldTables(z.strictObject(Object.fromEntries(kinds))).split('\n## ');
  return sections
    .map((section) => {
      const lines = section.split('\n').filter((line) => !/^\| `(slaves|loggers)\[\]/.test(line));
      return `### ${lines.join('\n').trim()}\n`;
    })
    .join('\n');
}

it('the README tells the keys of every kind of line', async () => {
  const text = readFileSync(README, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  expect(from).toBeGreaterThan(0);
  const next = `${text.slice(0, from)}${BEGIN}\n\n${keys()}\n${text.slice(to)}`;
  await expect(next).toMatchFileSnapshot(path.resolve(README));
});
