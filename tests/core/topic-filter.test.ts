import fc from 'fast-check';
import { expect, test } from 'vitest';
import { haveTopicInCommon, isTakenBy, isTopicFilter } from '../../src/core/topic-filter.ts';

test.each(['ponds/a/level', '+', '#', 'ponds/+/level', 'ponds/#', '/', 'ponds//x', '$SYS/#', '池/水位'])(
  '%j is a filter',
  (text) => {
    expect(isTopicFilter(text)).toBe(true);
  },
);
test.each(['', 'ponds+', 'a+/b', '#/a', 'a/#/b', 'a#', '\0', 'a/\n', '\ud800'])('%j is none', (text) => {
  expect(isTopicFilter(text)).toBe(false);
});

test.each([
  ['ponds/a/+', 'ponds/a/level', true],
  ['ponds/a/+', 'ponds/a/', true],
  ['ponds/a/+', 'ponds/a', false],
  ['ponds/a/+', 'ponds/a/level/x', false],
  ['ponds/a/+', 'ponds/b/level', false],
  ['ponds/a/+', 'Ponds/a/level', false],
  ['ponds/#', 'ponds', true],
  ['ponds/#', 'ponds/a/b/c', true],
  ['ponds/#', 'pondsx/a', false],
  ['#', 'anything/at/all', true],
  ['#', '$SYS/broker', false],
  ['+/broker', '$SYS/broker', false],
  ['$SYS/#', '$SYS/broker', true],
  ['ponds/a', 'ponds/a', true],
  ['ponds/+', 'ponds/+', false],
  ['#', 'ponds/#', false],
  ['#', '', false],
])('%s takes %s: %s', (filter, topic, takes) => {
  expect(isTakenBy([filter], topic)).toBe(takes);
  expect(isTakenBy(['other', filter], topic)).toBe(takes);
  expect(isTakenBy([], topic)).toBe(false);
});

test.each([
  ['ponds/a/+', 'ponds/+/level', true],
  ['ponds/a/+', 'ponds/b/+', false],
  ['#', 'tailwatch/#', true],
  ['+/level', 'tailwatch/#', true],
  ['tailwatch', 'tailwatch/#', true],
  ['ponds/a', 'tailwatch/#', false],
  ['ponds/#', 'ponds/a/b', true],
  ['ponds/a/b', 'ponds', false],
  ['#', '$SYS/x', false],
  ['$SYS/#', '$SYS/+', true],
])('%s and %s have a topic in common: %s', (one, other, common) => {
  expect(haveTopicInCommon(one, other)).toBe(common);
  expect(haveTopicInCommon(other, one)).toBe(common);
});

const level = fc.constantFrom('a', 'b', '+', '');
const filter = fc
  .tuple(fc.array(level, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'))
  .filter(isTopicFilter);
const topic = fc.array(fc.constantFrom('a', 'b', ''), { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));

test('filters that take the same topic have one in common', () => {
  fc.assert(
    fc.property(filter, filter, topic, (one, other, published) => {
      if (isTakenBy([one], published) && isTakenBy([other], published))
        expect(haveTopicInCommon(one, other)).toBe(true);
    }),
  );
});

test('filters that have a topic in common take one: the wildcards of one filled in by the other', () => {
  fc.assert(
    fc.property(filter, filter, (one, other) => {
      // All that they have in common is the empty topic, which is none: refused all the same.
      fc.pre([one, other].toSorted().join(' ') !== '+ /#');
      const every = topicsUpTo(5);
      const both = every.some((published) => isTakenBy([one], published) && isTakenBy([other], published));
      expect(haveTopicInCommon(one, other)).toBe(both);
    }),
  );
});

function topicsUpTo(levels: number): string[] {
  let row = [['a'], ['b'], ['']];
  const all = [...row];
  for (let i = 1; i < levels; i += 1) {
    row = row.flatMap((path) => ['a', 'b', ''].map((next) => [...path, next]));
    all.push(...row);
  }
  return all.map((path) => path.join('/')).filter((path) => path !== '');
}
