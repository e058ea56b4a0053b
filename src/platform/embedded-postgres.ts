import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from './postgres-binaries.ts';
import { notStarted, openCluster } from './postgres-cluster.ts';
import { chooseIdentity } from './postgres-identity.ts';
import type { Identity } from './postgres-identity.ts';
import { stopLeftover } from './postgres-leftover.ts';
import { launchServer, stopServer } from './postgres-server.ts';
import type { Server } from './postgres-server.ts';

const USER = 'tailwatch';
const DATABASE = 'tailwatch';

/** Where and how it is to run. */
export interface EmbeddedPostgresOptions {
  /** Folder of the cluster; made at first start, together with its log (`<dataDir>.log`). */
  readonly dataDir: string;
  /** A free port of 127.0.0.1, the only address it listens on. */
  readonly port: number;
  readonly password: string;
  /** Server settings beyond ours, such as `{ fsync: 'off' }` in tests. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Ends a start that is under way; one that is done ends by `stop`. */
  readonly signal?: AbortSignal;
}

/** A running PostgreSQL of our own. */
export interface EmbeddedPostgres {
  /** With user and password, of the database `tailwatch`. */
  readonly url: string;
  readonly pid: number;
  /** What a user should know of how it runs, if anything: one sentence. */
  readonly notice: string | null;
  /** Resolves when the server has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends it: open sessions are cut, data are safe. Takes 2 s at most. */
  stop(): Promise<void>;
}

/** Of the database `tailwatch` of an embedded server; its owner's if no user is named. */
export const embeddedUrl = (port: number, password: string, user = USER): string =>
  `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${String(port)}/${DATABASE}`;

/**
 * Starts a real PostgreSQL from the binaries that npm brought, in a process group of its own, so that Ctrl-C
 * reaches us and not it: it is stopped last. A server left over from a killed run is stopped first.
 * Throws `database/not-started` with the reason in one line.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const identity = await chooseIdentity(await findBinaries(), options.dataDir);
  await stopLeftover(identity.dataDir);
  await openCluster(identity, USER, options.password);
  const url = embeddedUrl(options.port, options.password);
  const server = await startServer(identity, options, url);
  const { pid, exited } = server;
  const stop = () => stopServer(server);
  const answer = await ask(maintenanceUrl(url), `create database ${DATABASE}`);
  if (answer !== 'done' && !answer.includes('already exists')) {
    await stop();
    throw notStarted(answer);
  }
  return { url, pid, notice: identity.notice, exited, stop };
}

async function startServer(identity: Identity, options: EmbeddedPostgresOptions, url: string): Promise<Server> {
  const settings: Record<string, string> = {
    port: String(options.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.configuration,
  };
  // A killed server's last processes need a moment to notice; until then its memory counts as in use.
  for (const deadline = Date.now() + 15_000; ; await delay(200)) {
    const server = await launchServer(identity, settings);
    const outcome = await awaitAnswer(server, maintenanceUrl(url), options.signal);
    if (outcome === 'answers') return server;
    if (outcome !== 'ended') {
      await stopServer(server);
      throw notStarted(outcome);
    }
    const log = await server.log();
    if (!/still in use|lock file/.test(log) || Date.now() > deadline) {
      throw notStarted(`${reasonIn(log)} (see ${server.logFile})`);
    }
    await stopLeftover(identity.dataDir);
  }
}

/** Waits for the first answer; recovery after a crash may take as long as it likes. Else why there will be none. */
async function awaitAnswer(server: Server, url: string, signal?: AbortSignal): Promise<string> {
  for (let refusals = 0; ; await delay(20)) {
    const answer = await ask(url, 'select 1');
    if (answer === 'done') return 'answers';
    if (server.hasEnded()) return 'ended';
    if (signal?.aborted === true) return 'it was told to stop';
    if (!answer.includes('password authentication failed')) continue;
    // Another program's server may have answered, on whose account ours is just giving up.
    refusals += 1;
    if (refusals > 20) {
      return 'its password is not the one under secrets/: put the old file back, or remove the data folder to start empty';
    }
  }
}

/** Runs one statement on a connection of its own: 'done' or the server's complaint. */
async function ask(url: string, statement: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(statement);
    return 'done';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end().catch(() => {});
  }
}

const maintenanceUrl = (url: string): string => url.replace(/\/[^/]*$/, '/postgres');

const reasonIn = (log: string): string =>
  /(?:FATAL|PANIC|ERROR): .*/.exec(log)?.[0] ?? (log.trim().split('\n').at(-1) || 'it ended without a word');
