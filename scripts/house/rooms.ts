/** What a room may import from the other rooms, and how. */
export interface Room {
  /** Stands in messages. */
  readonly name: string;
  /** Whether a file, by its path from the repository's top, belongs here. The first room that says yes has it. */
  readonly holds: (path: string) => boolean;
  /** Path prefixes that may be imported besides the room's own files; `everything` for those that know all. */
  readonly knows: readonly string[] | 'everything';
  /** Path prefixes of which only types may be imported. */
  readonly knowsTypesOf?: readonly string[];
}

const under =
  (...prefixes: readonly string[]) =>
  (path: string): boolean =>
    prefixes.some((prefix) => path.startsWith(prefix));

/** The program without its simulators, its browser application and its tests. */
const SERVICE = ['src/', 'adapters/', 'ingest/', 'rules/', 'alerting/'];

/**
 * Who may import whom: the table of `docs/architecture.md`, as data. A file of TypeScript that no room
 * holds is a fault, so that a new top-level folder has to be decided upon, not found later.
 */
export const ROOMS: readonly Room[] = [
  { name: 'core', holds: under('src/core/'), knows: [] },
  { name: 'contract', holds: under('src/contract/'), knows: ['src/core/'] },
  { name: 'platform', holds: under('src/platform/'), knows: ['src/core/'] },
  {
    name: 'gateway',
    holds: under('src/gateway/'),
    knows: ['src/core/', 'src/contract/', 'src/platform/'],
    knowsTypesOf: ['alerting/', 'ingest/', 'rules/', 'adapters/'],
  },
  { name: 'composition', holds: under('src/app/', 'src/cli/', 'src/main.ts'), knows: SERVICE },
  { name: 'adapters', holds: under('adapters/'), knows: ['src/core/', 'src/contract/', 'src/platform/'] },
  {
    name: 'ingest',
    holds: under('ingest/'),
    knows: ['src/core/', 'src/contract/', 'src/platform/', 'adapters/adapter.ts'],
  },
  { name: 'rules', holds: under('rules/'), knows: ['src/core/', 'src/platform/'] },
  { name: 'alerting', holds: under('alerting/'), knows: ['src/core/', 'src/platform/'] },
  { name: 'dashboards', holds: under('dashboards/'), knows: ['src/core/', 'src/contract/'] },
  { name: 'simulators', holds: under('simulators/'), knows: ['src/core/', 'src/contract/'] },
  { name: 'tests', holds: under('tests/'), knows: 'everything' },
  { name: 'scripts', holds: (path) => path.startsWith('scripts/') || !path.includes('/'), knows: 'everything' },
];

/** Where a file may touch the world: everything else in the rooms of the core is pure. */
const SHELL_INSIDE = /\/(io|channels)\//;

/** What turns bytes into values, and what decides when to ask for which: by the last word of the file's name, or by folder. */
const PURE_IN_ADAPTERS =
  /^adapters\/(dialects\/.*|.*\/([a-z0-9-]+-)?(decode|decoder|frame|framing|framer|codec|plan|planner|schedule|quality))\.ts$/;

/**
 * Whether a file must be pure: no clock, no chance, no timer, no input or output, all it knows comes
 * in as arguments. In `adapters/` that is the decoder and the port; the wiring beside them is shell.
 */
export function isPure(path: string): boolean {
  if (SHELL_INSIDE.test(path)) return false;
  if (path.startsWith('adapters/')) return path === 'adapters/adapter.ts' || PURE_IN_ADAPTERS.test(path);
  return under('src/core/', 'src/contract/', 'ingest/', 'rules/', 'alerting/')(path);
}

/** Rooms' files that a pure file may never import, not even for a type. */
export const isShell = (path: string): boolean =>
  path.startsWith('src/platform/') || path.startsWith('src/gateway/') || SHELL_INSIDE.test(path);
