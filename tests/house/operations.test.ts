import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { SETTINGS } from '../../src/platform/settings.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/operations.md');
const help = spawnSync(process.execPath, ['src/main.ts', '--help'], { cwd: root, encoding: 'utf8' }).stdout;

/** Words of a command with what may follow them: `restore --undo NAME`, `account add NAME --role viewer`. */
const commands = [...page.matchAll(/(?:`|exec tailwatch )tailwatch ([a-z][^`\n]*)/g)].map(
  ([, command = '']) => command,
);

it('names commands enough to be worth looking at', () => {
  expect(commands.length).toBeGreaterThan(8);
});

it.each(commands)('tailwatch %s is a command', (command) => {
  const [first = '', second = ''] = command.split(' ');
  expect(help).toMatch(new RegExp(`^ {2}${first}\\b`, 'm'));
  if (/^[a-z]/.test(second)) expect(help).toMatch(new RegExp(`${first}\\b.*\\b${second}\\b`));
  for (const option of command.match(/--[a-z-]+/g) ?? []) expect(help).toContain(option);
});

it('every setting that it names is one', () => {
  const named = [...page.matchAll(/`?\b([A-Z][A-Z0-9]+_[A-Z0-9_]+)\b/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !SETTINGS.some((each) => each === name))).toEqual([]);
});

it('every file of this tree that it names is there', () => {
  const named = [...page.matchAll(/\b((?:scripts|config|src)\/[\w./-]*\w)/g)].map(([, file = '']) => file);
  expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});
