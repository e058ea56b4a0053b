import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const { scripts, bin } = z
  .object({ scripts: z.record(z.string(), z.string()), bin: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

/** The commands that a page tells its reader to type: in code, in a line or a block. */
const commandsOf = (page: string): string[] =>
  [...read(page).matchAll(/(?:^|`)npm (?:run (?:-s )?)?([a-z][a-z:]*)/gm)].map(([, name = '']) => name);

it.each(['README.md', 'CONTRIBUTING.md', 'docs/configuration.md'])('every npm command of %s is there', (page) => {
  const told = commandsOf(page);
  expect(told.length).toBeGreaterThan(1);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(told));
});

it.each(Object.entries(scripts))('npm run %s starts a program that is there', (_name, command) => {
  const file = /\bscripts\/[\w.-]+/.exec(command)?.[0];
  expect(file === undefined || existsSync(path.join(root, file))).toBe(true);
});

it('the command of the package is there', () => {
  for (const file of Object.values(bin)) expect(existsSync(path.join(root, file))).toBe(true);
});
