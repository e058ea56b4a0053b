import type { SiteConfig } from '../contract/site-config.ts';

/**
 * What changes from one configuration of a site to the next, one line each, empty when nothing does:
 * `+ path: new`, `- path: old`, `~ path: old -> new`. Entries of lists are named by their id or code, so that an
 * entry added in front is one addition. Telephone numbers are not shown.
 */
export function siteDiff(before: SiteConfig | null, after: SiteConfig): string[] {
  const old = before === null ? new Map<string, string>() : flatten('', before);
  const now = flatten('', after);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was === is) return [];
    const [shownWas, shownIs] = path.endsWith('.phone') ? ['(number)', '(another number)'] : [was, is];
    if (was === undefined) return [`+ ${path}: ${path.endsWith('.phone') ? '(number)' : (is ?? '')}`];
    if (is === undefined) return [`- ${path}: ${shownWas ?? ''}`];
    return [`~ ${path}: ${shownWas ?? ''} -> ${shownIs ?? ''}`];
  });
}

function flatten(path: string, value: unknown): Map<string, string> {
  if (Array.isArray(value)) return flattenList(path, value);
  if (typeof value !== 'object' || value === null) return new Map([[path, String(value)]]);
  const parts = Object.entries(value).filter(([, part]) => part !== undefined);
  return new Map(parts.flatMap(([key, part]) => [...flatten(path === '' ? key : `${path}.${key}`, part)]));
}

function flattenList(path: string, values: readonly unknown[]): Map<string, string> {
  const names = values.map((value, i) => nameOf(value) ?? String(i));
  const parts = values.flatMap((value, i) =>
    typeof value === 'object' ? [...flatten(`${path}[${names[i] ?? ''}]`, value)] : [],
  );
  // The order counts too: of rungs, of contacts with the same duty, of what a screen shows.
  return new Map([
    [path, values.map((value, i) => (typeof value === 'object' ? names[i] : String(value))).join(', ')],
    ...parts,
  ]);
}

function nameOf(value: unknown): string | undefined {
  const { id, code } = (value ?? {}) as { readonly id?: string; readonly code?: string };
  return id ?? code;
}
