import { parseSync } from 'vite';
import type { ESTree } from 'vite';

/** One file of TypeScript, as a text. The checks know no disk, so a test seeds a fault with a string. */
export interface SourceText {
  /** Path from the repository's top, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** One `import`, `export … from`, `import()` or `import('…').T`. */
export interface Import {
  /** What stands between the quotes. */
  readonly request: string;
  /** The file it means, from the repository's top; `null` for a package. */
  readonly target: string | null;
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface Source {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly program: ESTree.Program;
  /** Line of a character offset, 1 for the first. */
  readonly lineAt: (offset: number) => number;
}

/** Reads the imports of a file. Throws when it is not TypeScript. */
export function parseSource({ path, text }: SourceText): Source {
  const { errors, module, program } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);

  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const imports: Import[] = [];
  const add = (request: string, start: number, typeOnly: boolean): void => {
    imports.push({ request, target: targetOf(path, request), typeOnly, line: lineAt(start) });
  };
  for (const { moduleRequest, entries, start } of module.staticImports) {
    add(moduleRequest.value, start, entries.length > 0 && entries.every(({ isType }) => isType));
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType, start } of entries) {
      if (moduleRequest !== null) add(moduleRequest.value, start, isType);
    }
  }
  forEachNode(program, (node) => {
    if (node.type !== 'ImportExpression' && node.type !== 'TSImportType') return;
    const { source, start } = node;
    if (source.type === 'Literal' && typeof source.value === 'string') {
      add(source.value, start, node.type === 'TSImportType');
    }
  });
  return { path, imports, program, lineAt };
}

/** Calls `visit` for every node, each before what it holds. `parent` is null at the top. */
export function forEachNode(
  program: ESTree.Program,
  visit: (node: ESTree.Node, parent: ESTree.Node | null, key: string) => void,
): void {
  const walk = (value: unknown, parent: ESTree.Node | null, key: string): void => {
    if (Array.isArray(value)) {
      for (const entry of value) walk(entry, parent, key);
    } else if (isNode(value)) {
      visit(value, parent, key);
      for (const [name, child] of Object.entries(value)) walk(child, value, name);
    }
  };
  walk(program, null, '');
}

const isNode = (value: unknown): value is ESTree.Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** The repository path that a relative import of `from` means, or null for a package. */
function targetOf(from: string, request: string): string | null {
  if (!request.startsWith('.')) return null;
  const parts = from.split('/').slice(0, -1);
  for (const part of request.replace(/\?.*$/, '').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
