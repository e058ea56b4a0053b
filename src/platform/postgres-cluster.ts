import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { Identity } from './postgres-identity.ts';
import { runProgram } from './postgres-program.ts';

/** Of the binaries: data written by another major version cannot be opened. */
const MAJOR = '18';

/** The foreseen failure of everything that starts PostgreSQL; `reason` is one line. */
export const notStarted = (reason: string): AppError =>
  new AppError('database/not-started', `the embedded PostgreSQL did not start: ${reason}`);

/** Makes the cluster of `user` and `password` where there is none, and refuses one of another major version. */
export async function openCluster(identity: Identity, user: string, password: string): Promise<void> {
  const versionFile = join(identity.dataDir, 'PG_VERSION');
  const present = await stat(versionFile).then(
    () => true,
    () => false,
  );
  if (!present) await createCluster(identity, user, password);
  const version = (await readFile(versionFile, 'utf8')).trim();
  if (version !== MAJOR) {
    throw notStarted(`${identity.dataDir} was written by PostgreSQL ${version}, this program brings ${MAJOR}`);
  }
}

/** Written aside and renamed when complete: a kill in the middle leaves nothing that looks finished. */
async function createCluster(identity: Identity, user: string, password: string): Promise<void> {
  const fresh = `${identity.dataDir}.new`;
  const passwordFile = `${identity.dataDir}.password`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (identity.uid !== null) for (const path of [fresh, passwordFile]) await chown(path, identity.uid, identity.gid);
  try {
    // The built-in locale: the same order of texts on every machine, whatever its own locales are.
    const { code, output } = await runProgram(identity, identity.binaries.initdb, [
      `--pgdata=${fresh}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ]);
    if (code !== 0) throw notStarted(`initdb failed: ${output.trim().split('\n').at(-1) ?? ''}`);
    await rm(identity.dataDir, { recursive: true, force: true });
    await rename(fresh, identity.dataDir);
  } finally {
    await rm(passwordFile, { force: true });
  }
}
