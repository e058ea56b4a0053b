import type { SiteConfig } from '../site-config.ts';

type Leaf = string | number | boolean | null;

/** One value that is another in the next configuration; null: there is none. May hold a telephone number: `shown` does not. */
export interface Change {
  /** `rules[pond-level].limits.red`; of a list the names of its entries in their order. */
  readonly path: string;
  /** The same, key by key; entries of lists by their name. */
  readonly keys: readonly string[];
  readonly before: Leaf;
  readonly after: Leaf;
}

/** A change as people and records see it. */
export interface ShownChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * What changes from one configuration of a site to the next, empty when nothing does. Entries of lists are named by
 * their id or code, so that an entry added in front is one addition and not a change of all that follow.
 */
export function siteChanges(before: SiteConfig, after: SiteConfig): Change[] {
  const old = new Map(leaves([], before).map((leaf) => [pathOf(leaf.keys), leaf]));
  const now = new Map(leaves([], after).map((leaf) => [pathOf(leaf.keys), leaf]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was?.value === is?.value) return [];
    const keys = (was ?? is)?.keys.map(({ key }) => key) ?? [];
    return [{ path, keys, before: was?.value ?? null, after: is?.value ?? null }];
  });
}

/** What both changes say is the same, telephone numbers included. */
export const isSameChange = (one: Change, other: Change): boolean =>
  one.path === other.path && one.before === other.before && one.after === other.after;

/** Keys that hold telephone numbers. */
export const PHONES: ReadonlySet<string> = new Set(['phone', 'otherPhones']);

/** Without telephone numbers. */
export function shown({ path, keys, before, after }: Change): ShownChange {
  const hides = PHONES.has(keys.at(-1) ?? '');
  const other = before === null ? '(number)' : '(another number)';
  return {
    path,
    before: before === null ? null : hides ? '(number)' : String(before),
    after: after === null ? null : hides ? other : String(after),
  };
}

interface Key {
  readonly key: string;
  readonly isEntry: boolean;
}

interface Found {
  readonly keys: readonly Key[];
  readonly value: Leaf;
}

const pathOf = (keys: readonly Key[]): string =>
  keys.map(({ key, isEntry }, i) => (isEntry ? `[${key}]` : `${i > 0 ? '.' : ''}${key}`)).join('');

function leaves(keys: readonly Key[], value: unknown): Found[] {
  if (Array.isArray(value)) return listLeaves(keys, value);
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).filter(([, part]) => part !== undefined);
    return parts.flatMap(([key, part]) => leaves([...keys, { key, isEntry: false }], part));
  }
  return [{ keys, value: value as Leaf }];
}

function listLeaves(keys: readonly Key[], list: readonly unknown[]): Found[] {
  const names = list.map(nameOf);
  const entries = list.map((entry, i) => {
    const name = names[i] ?? '';
    return { entry, key: names.indexOf(name) === i ? name : `${name} ${String(i)}` };
  });
  return [
    // The order counts too: of rungs, of what a screen shows.
    { keys, value: entries.map(({ key }) => key).join(', ') },
    ...entries.flatMap(({ entry, key }) =>
      typeof entry === 'object' ? leaves([...keys, { key, isEntry: true }], entry) : [],
    ),
  ];
}

function nameOf(entry: unknown, i: number): string {
  if (typeof entry !== 'object' || entry === null) return String(entry);
  const { id, code, from, name, sensor } = entry as Readonly<Record<string, unknown>>;
  // A name in two languages names nothing.
  return [id, code, from, name, sensor].find((each) => typeof each === 'string') ?? String(i);
}
