import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { takeLock } from '../platform/instance-lock.ts';
import { clusterFolder } from '../platform/postgres-identity.ts';
import { keepPostgres } from '../platform/postgres-keeper.ts';
import { stopLeftover } from '../platform/postgres-leftover.ts';
import { secret } from '../platform/secrets.ts';
import type { Environment } from '../platform/settings.ts';
import { doorKeeper, embeddedUrls, openDataDir, withEmbeddedDatabase } from './embedded-parts.ts';
import type { DatabaseUrls, DoorKeeper } from './embedded-parts.ts';

interface StartOptions {
  readonly dataDir: string;
  readonly doors: DoorKeeper;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Starts the PostgreSQL of DATA_DIR, whose lock the caller holds, until `stack` is disposed; returns its URLs. */
export async function startPostgres(
  stack: AsyncDisposableStack,
  { dataDir, doors, signal, say }: StartOptions,
): Promise<DatabaseUrls> {
  const folder = join(dataDir, 'postgres');
  // One that a killed run left would hold the port.
  await stopLeftover(await clusterFolder(folder));
  const port = await doors.choose('postgres', '127.0.0.1');
  // Before it runs: after a crash the next start must come back to this port and this password.
  await doors.remember();
  const password = await secret(dataDir, 'postgres-password');
  const server = await keepPostgres({ dataDir: folder, port, password, signal }, say);
  stack.defer(() => server.stop());
  say(`PostgreSQL runs on 127.0.0.1:${String(port)}`);
  if (server.notice !== null) say(server.notice);
  return embeddedUrls(dataDir, port);
}

interface ReachOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Nobody else may work with it meanwhile. */
  readonly alone: boolean;
}

/**
 * The database of these settings as its owner, for a command given by hand: that of DATABASE_URL, that of a `start` that runs, or the
 * one under DATA_DIR, which is started and stopped again for the command.
 * Throws `database/in-use` where the command must be alone and a `start` runs.
 */
export async function reachOwnDatabase(
  stack: AsyncDisposableStack,
  { env, signal, say, alone }: ReachOptions,
): Promise<string> {
  if (env['DATABASE_URL']) return env['DATABASE_OWNER_URL'] || env['DATABASE_URL'];
  const dataDir = await openDataDir(env);
  const lock = await takeLock(join(dataDir, 'tailwatch.lock'));
  if (!('heldBy' in lock)) {
    stack.use(lock);
    const doors = await doorKeeper(dataDir);
    return (await startPostgres(stack, { dataDir, doors, signal, say })).databaseOwnerUrl;
  }
  if (alone) {
    const why = `Tailwatch runs on DATA_DIR "${dataDir}" (process ${String(lock.heldBy)}): stop it first`;
    throw new AppError('database/in-use', why);
  }
  return (await withEmbeddedDatabase(env))['DATABASE_OWNER_URL'] ?? '';
}
