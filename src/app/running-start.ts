import { readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../core/errors.ts';
import { readSetting } from '../platform/settings.ts';
import type { Environment } from '../platform/settings.ts';
import { withEmbeddedDatabase } from './embedded-parts.ts';

const addressIn = (dataDir: string): string => join(dataDir, 'public-url');

/** Writes down where browsers reach the `start` on this DATA_DIR. */
export async function rememberPublicUrl(dataDir: string, publicUrl: string): Promise<void> {
  const path = addressIn(dataDir);
  await writeFile(`${path}.new`, `${publicUrl}\n`);
  await rename(`${path}.new`, path);
}

/**
 * Does a command's work with the database and the public address of the `start` on its DATA_DIR, where its environment
 * names none: a link that it prints must open there, whatever that start was given.
 * @throws AppError `config/setting` where nothing was ever started there, `database/away` where it does not run
 */
export async function atRunningStart(env: Environment, work: (found: Environment) => Promise<void>): Promise<void> {
  const dataDir = resolve(readSetting(env, 'DATA_DIR'));
  const found = await withEmbeddedDatabase(await withPublicUrl(env, dataDir));
  if (!found['DATABASE_URL'])
    throw new AppError(
      'config/setting',
      `nothing was started on DATA_DIR "${dataDir}" yet: set the DATA_DIR, or the DATABASE_URL, of what runs`,
    );
  await work(found).catch((error: unknown) => {
    const isOurs = !env['DATABASE_URL'];
    if (!isOurs || !(error instanceof AppError) || error.code !== 'database/away') throw error;
    // In words of what was started: who asks has never set a DATABASE_OWNER_URL.
    throw new AppError('database/away', `Tailwatch does not run on DATA_DIR "${dataDir}": start it first`, {
      cause: error,
    });
  });
}

async function withPublicUrl(env: Environment, dataDir: string): Promise<Environment> {
  if (env['PUBLIC_URL'] || env['PORT']) return env;
  const text = await readFile(addressIn(dataDir), 'utf8').catch(() => '');
  return text === '' ? env : { ...env, PUBLIC_URL: text.trim() };
}
