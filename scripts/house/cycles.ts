import type { Fault } from './fault.ts';
import type { Source } from './source.ts';

/** Circles of imports, types included: each told once, at the file of it that comes first in the alphabet. */
export function cycleFaults(sources: readonly Source[]): Fault[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const told = new Map<string, Fault>();

  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const fault = faultOf(trail.slice(start), byPath);
      told.set(fault.message, fault);
      return;
    }
    if (done.has(path)) return;
    for (const { target } of byPath.get(path)?.imports ?? []) {
      if (target !== null) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return [...told.values()];
}

function faultOf(circle: readonly string[], byPath: ReadonlyMap<string, Source>): Fault {
  const first = circle.toSorted()[0] ?? '';
  const at = circle.indexOf(first);
  const ordered = [...circle.slice(at), ...circle.slice(0, at)];
  const next = ordered[1] ?? first;
  return {
    rule: 'no-cycles',
    path: first,
    line: byPath.get(first)?.imports.find(({ target }) => target === next)?.line ?? 1,
    message: [...ordered, first].join(' -> '),
  };
}
