import type { SiteConfig } from '../contract/site-config.ts';

/**
 * What changes from one configuration of a site to the next, one line each, empty when nothing does:
 * `+ path: new`, `- path: old`, `~ path: old -> new`. Entries of lists are named by their id or code, so that an
 * entry added in front is one addition. Telephone numbers are not shown.
 */
export function siteDiff(before: SiteConfig, after: SiteConfig): string[] {
  const old = new Map(leaves('', before));
  const now = new Map(leaves('', after));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was === is) return [];
    if (was === undefined) return [`+ ${path}: ${shown(path, is)}`];
    if (is === undefined) return [`- ${path}: ${shown(path, was)}`];
    return [`~ ${path}: ${shown(path, was)} -> ${path.endsWith('.phone') ? '(another number)' : is}`];
  });
}

const shown = (path: string, value = ''): string => (path.endsWith('.phone') ? '(number)' : value);

type Leaf = readonly [path: string, value: string];

function leaves(path: string, value: unknown): Leaf[] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  if (!Array.isArray(value)) {
    const parts = Object.entries(value).filter(([, part]) => part !== undefined);
    return parts.flatMap(([key, part]) => leaves(path === '' ? key : `${path}.${key}`, part));
  }
  const entries = value.map((entry: unknown, i) => ({ entry, name: nameOf(entry, i) }));
  // The order counts too: of rungs, of contacts with the same duty, of what a screen shows.
  const order: Leaf = [path, entries.map(({ name }) => name).join(', ')];
  return [
    order,
    ...entries.flatMap(({ entry, name }) => (typeof entry === 'object' ? leaves(`${path}[${name}]`, entry) : [])),
  ];
}

function nameOf(entry: unknown, i: number): string {
  if (typeof entry === 'string') return entry;
  const { id, code, from } = (entry ?? {}) as { readonly id?: string; readonly code?: string; readonly from?: string };
  return id ?? code ?? from ?? String(i);
}
