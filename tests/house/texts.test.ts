import { expect, it } from 'vitest';
import { linkFaults } from '../../scripts/house/links.ts';
import { lockFaults } from '../../scripts/house/lock-file.ts';
import { nameFaults } from '../../scripts/house/names.ts';
import { machinePathFaults, phoneFaults } from '../../scripts/house/privacy.ts';

// What must not stand in the tree is put together here, or this file would be a fault itself.
const HOME = '/ho' + 'me/';
const SCRATCH = '/t' + 'mp/';
const WINDOWS = 'C:\\Us' + 'ers\\';
const MOBILE = '138' + '00138000';

const told = (text: string): string[] =>
  [...machinePathFaults([{ path: 'a.md', text }]), ...phoneFaults([{ path: 'a.md', text }])].map(
    (fault) => `${fault.line} ${fault.rule}`,
  );

it.each([
  ['a home folder', `see\n${HOME}li/notes.txt`, ['2 no-paths-of-one-machine']],
  ['a folder for throw-away files', `in ${SCRATCH}x`, ['1 no-paths-of-one-machine']],
  ['a home folder of Windows', `${WINDOWS}li`, ['1 no-paths-of-one-machine']],
  ['an international number', `call +86${MOBILE}`, ['1 no-real-telephone-numbers']],
  ['a mobile number as written at home', `call ${MOBILE} now`, ['1 no-real-telephone-numbers']],
  ['a reserved number', 'call +8610000000001', []],
  ['an instant and a decimal', 'at 1750000000000, 13800.138000138000', []],
  ['an address and a URL', 'http://x.org/home/li and src/home/li', []],
])('finds %s', (_name, text, faults) => {
  expect(told(text)).toEqual(faults);
});

it('finds a link that leads nowhere, in the file or on the page', () => {
  const guide = { path: 'docs/guide.md', text: '# A word, and `more`\n' };
  const page = {
    path: 'docs/page.md',
    text: [
      '[a](guide.md) [b](guide.md#a-word-and-more) [c](https://x.org/#y) [d](../README.md)',
      '[e](gone.md)',
      '[f](guide.md#gone) [g](#gone)',
      '`[h](gone.md)`',
      '```\n[i](gone.md)\n```',
    ].join('\n'),
  };
  const there = new Set(['docs/guide.md', 'docs/page.md', 'README.md']);
  const faults = linkFaults([guide, page], (path) => there.has(path));
  expect(faults.map(({ line }) => line)).toEqual([2, 3, 3]);
});

it('finds a lock file that names somebody’s registry', () => {
  const lock = { packages: { 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-x' } } };
  expect(lockFaults(JSON.stringify(lock, null, 2))).toEqual([]);
  Object.assign(lock.packages['node_modules/zod'], { resolved: 'https://registry.example/zod.tgz' });
  expect(lockFaults(JSON.stringify(lock, null, 2))).toMatchObject([{ rule: 'lock-file-names-no-host', line: 6 }]);
});

it('finds a file whose name could hold anything', () => {
  const told = nameFaults([
    'rules/utils.ts',
    'src/core/index.ts',
    'rules/levelState.ts',
    'rules/level-state.db.test.ts',
    'a/x.md',
  ]);
  expect(told.map(({ path }) => path)).toEqual(['rules/utils.ts', 'src/core/index.ts', 'rules/levelState.ts']);
});
