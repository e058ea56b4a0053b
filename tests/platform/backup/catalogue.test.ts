import { expect, test } from 'vitest';
import { inOrderOfReference } from '../../../src/platform/backup/catalogue.ts';

const tables = (...names: string[]) => names.map((name) => ({ name }));

test('a table stands after those that it refers to, also to itself', () => {
  const references = [
    { from: 'attempt', to: 'callout' },
    { from: 'callout', to: 'site' },
    { from: 'callout', to: 'callout' },
  ];
  const ordered = inOrderOfReference(tables('attempt', 'callout', 'site', 'audit'), references);
  expect(ordered.map(({ name }) => name)).toEqual(['site', 'audit', 'callout', 'attempt']);
});

test('tables that refer to each other in a circle are named', () => {
  const references = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'a' },
  ];
  expect(() => inOrderOfReference(tables('a', 'b', 'c'), references)).toThrow('in a circle: a, b');
});
