import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { PERMISSIONS, ROLES, TOKEN_SCOPES, accessOf, maySomewhere } from '../../src/core/access.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/permissions.md'), 'utf8');
const [head = [], , ...rows] = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

it('docs/permissions.md names every permission and every role', () => {
  expect(head).toEqual(['permission', 'what it opens', ...ROLES.map((role) => `\`${role}\``), 'token']);
  expect(rows.map(([permission]) => permission)).toEqual(PERMISSIONS.map((permission) => `\`${permission}\``));
});

it.each(PERMISSIONS)('docs/permissions.md tells who may %s, and whether a program', (permission) => {
  const [, what = '', ...marks] = rows.find(([named]) => named === `\`${permission}\``) ?? [];
  expect(what).not.toBe('');
  const roles = ROLES.map((role) =>
    maySomewhere(accessOf([{ role, siteId: null }], { secondFactor: true }), permission),
  );
  expect(marks.map((mark) => mark === '✓')).toEqual([...roles, TOKEN_SCOPES.some((scope) => scope === permission)]);
});
