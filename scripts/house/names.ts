import type { Fault } from './fault.ts';

/** Names under which anything may be put, so that in the end nobody finds it. */
const SAYS_NOTHING = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'types', 'manager', 'misc', 'index']);

/** Words in small letters with hyphens between; what follows a dot says what kind of file it is. */
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;

/** Files of program text whose name does not say what is in them, or says it in another way than the rest. */
export const nameFaults = (paths: readonly string[]): Fault[] =>
  paths
    .filter((path) => /\.(ts|tsx|js|mjs)$/.test(path))
    .flatMap((path) => {
      const message = breachOf(path.split('/').at(-1) ?? '');
      return message === null ? [] : [{ rule: 'file-names-say-what-is-inside', path, line: 1, message }];
    });

function breachOf(name: string): string | null {
  if (SAYS_NOTHING.has(name.split('.')[0] ?? '')) return 'could hold anything: name it after what it exports';
  return KEBAB.test(name) ? null : 'is not written like-this.ts';
}
