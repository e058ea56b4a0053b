import { expect, it } from 'vitest';
import { dependencyFaults } from '../../scripts/house/dependencies.ts';

const GOOD = { version: '1.2.3', integrity: 'sha512-x', license: 'MIT' };
type Change = Readonly<Record<string, unknown>>;

/** A project with one dependency, `wire`, that brings `copper`; what a test changes of it is a fault it plants. */
function told({
  asked = { wire: '1.2.3' },
  wire = {},
  copper = {},
  page = '| `wire` | 2 | why |\n',
}: {
  asked?: Record<string, string>;
  wire?: Change;
  copper?: Change;
  page?: string;
}): string[] {
  const packages = {
    '': {},
    'node_modules/wire': { ...GOOD, dependencies: { copper: '^1.0.0' }, ...wire },
    'node_modules/wire/node_modules/copper': { ...GOOD, ...copper },
  };
  const texts = { manifest: JSON.stringify({ dependencies: asked }), lock: JSON.stringify({ packages }), page };
  return dependencyFaults(texts).map(({ rule, message }) => `${rule}: ${message}`);
}

it('finds nothing where nothing is wrong', () => {
  expect(told({})).toEqual([]);
  expect(told({ wire: { license: '(GPL-3.0 OR MIT)' }, copper: { license: 'ISC AND 0BSD' } })).toEqual([]);
  expect(told({ copper: { license: 'EPL-2.0', dev: true } })).toEqual([]);
});

it.each([
  ['a range', { asked: { wire: '^1.2.3' } }, 'versions-are-exact: wire is asked for as "^1.2.3"'],
  [
    'a branch of a repository',
    { asked: { wire: 'github:a/wire' } },
    'versions-are-exact: wire is asked for as "github:a/wire"',
  ],
  [
    'no hash',
    { copper: { integrity: undefined } },
    'packages-have-a-hash: node_modules/wire/node_modules/copper has no sha512',
  ],
  ['a weak hash', { wire: { integrity: 'sha1-x' } }, 'packages-have-a-hash: node_modules/wire has no sha512'],
  [
    'a licence that asks for more',
    { wire: { license: 'AGPL-3.0' } },
    'licences-are-known: node_modules/wire is under AGPL-3.0',
  ],
  [
    'a licence beside a known one',
    { wire: { license: 'MIT AND SSPL-1.0' } },
    'licences-are-known: node_modules/wire is under MIT AND SSPL-1.0',
  ],
  ['no licence', { wire: { license: undefined } }, 'licences-are-known: node_modules/wire is under no licence'],
  [
    'an install script',
    { wire: { hasInstallScript: true } },
    'install-scripts-are-known: node_modules/wire wants to run a program when it is installed',
  ],
  [
    'a package from a repository',
    { wire: { dependencies: { copper: 'git+ssh://x/copper.git' } } },
    'packages-come-from-the-registry: node_modules/wire asks for copper as "git+ssh://x/copper.git"',
  ],
  [
    'a package from a page',
    { wire: { dependencies: { copper: 'https://x.example/copper.tgz' } } },
    'packages-come-from-the-registry: node_modules/wire asks for copper as "https://x.example/copper.tgz"',
  ],
  [
    'a package from a folder',
    { wire: { dependencies: { copper: 'file:../copper' } } },
    'packages-come-from-the-registry: node_modules/wire asks for copper as "file:../copper"',
  ],
  [
    'a link to a folder',
    { wire: { link: true } },
    'packages-come-from-the-registry: node_modules/wire has no version of the registry',
  ],
  ['what nobody explains', { page: '' }, 'dependencies-are-explained: wire is missing: its tree has 2 packages'],
  [
    'what is explained and gone',
    { page: '| `wire` | 2 | why |\n| `rope` | 1 | why |\n' },
    'dependencies-are-explained: rope is no dependency',
  ],
  [
    'a tree that has grown',
    { page: '| `wire` | 1 | why |\n' },
    'dependencies-are-explained: the tree of wire has 2 packages',
  ],
])('finds %s', (_what, planted, fault) => {
  expect(told(planted)).toEqual([fault]);
});
