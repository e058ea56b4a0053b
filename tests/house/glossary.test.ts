import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DUTIES, MEDIA } from '../../src/contract/ladder-config.ts';
import { ROLES } from '../../src/core/access.ts';
import { LEVEL_CAUSES } from '../../src/core/level-change.ts';
import { LEVELS } from '../../src/core/level.ts';
import { FLAGS } from '../../src/core/reading.ts';
import { ITEMS } from '../../src/core/sensor.ts';
import { VISIBILITIES } from '../../src/core/visibility.ts';

const rows = readFileSync(path.resolve(import.meta.dirname, '../../docs/glossary.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| word'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

it.each([
  ['levels', LEVELS],
  ['visibilities', VISIBILITIES],
  ['flags', FLAGS],
  ['items', ITEMS],
  ['causes', LEVEL_CAUSES],
  ['duties', DUTIES],
  ['media', MEDIA],
  ['roles', ROLES],
])('has all %s', (_name, words) => {
  const told = rows.map(([, word]) => word);
  expect(told).toEqual(expect.arrayContaining(words.map((word) => `\`${word}\``)));
});

it('gives a Chinese term for every word', () => {
  expect(rows.filter(([, , chinese = '']) => !/\p{Script=Han}/u.test(chinese))).toEqual([]);
});
