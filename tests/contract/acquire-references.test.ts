import { expect, it } from 'vitest';
import { acquireFaults } from '../../src/contract/acquire/acquire-references.ts';

it('two lines of a name would share a spool: refused, with the path', () => {
  const line = { name: 'bus', protocol: 'files' };
  expect(acquireFaults([line, line], [], [])).toContainEqual({
    path: ['acquire', 1, 'name'],
    message: '"bus" is used twice',
  });
});
