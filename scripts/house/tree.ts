import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { SourceText } from './source.ts';

const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'data', 'coverage']);

/** Texts that people wrote. The lock file, pictures and recorded data are not among them. */
const WRITTEN = /(\.(ts|tsx|mjs|js|json|ya?ml|md|sql|css|html|conf|sh)|\/run|Dockerfile)$/;

/** Every text of the tree that people wrote, in order of path. */
export function readTexts(root: string): SourceText[] {
  const texts: SourceText[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const at = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!NOT_OURS.has(entry.name)) walk(at);
      } else if (WRITTEN.test(at) && at !== 'package-lock.json') {
        texts.push({ path: at, text: readFileSync(path.join(root, at), 'utf8') });
      }
    }
  };
  walk('');
  return texts.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether a path from the repository's top is there. */
export const existsUnder =
  (root: string) =>
  (at: string): boolean =>
    existsSync(path.join(root, at));
