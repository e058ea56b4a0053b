import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../core/errors.ts';
import { findBinaries } from './postgres-binaries.ts';
import { chooseIdentity } from './postgres-identity.ts';
import type { Identity } from './postgres-identity.ts';
import { isAlive, stopLeftover } from './postgres-leftover.ts';

const USER = 'tailwatch';
const DATABASE = 'tailwatch';
/** Of the binaries: data written by another major version cannot be opened. */
const MAJOR = '18';

/** Where and how it is to run. */
export interface EmbeddedPostgresOptions {
  /** Folder of the cluster; made at first start, together with its log (`<dataDir>.log`). */
  readonly dataDir: string;
  /** A free port of 127.0.0.1, the only address it listens on. */
  readonly port: number;
  readonly password: string;
  /** Server settings beyond ours, such as `{ fsync: 'off' }` in tests. */
  readonly configuration?: Readonly<Record<string, string>>;
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

/** Of the database `tailwatch` of an embedded server. */
export const embeddedUrl = (port: number, password: string): string =>
  `postgresql://${USER}:${encodeURIComponent(password)}@127.0.0.1:${String(port)}/${DATABASE}`;

/**
 * Starts a real PostgreSQL from the binaries that npm brought, in a process group of its own, so that Ctrl-C
 * reaches us and not it: it is stopped last. A server left over from a killed run is stopped first.
 * Throws `database/not-started` with the reason in one line.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const identity = await chooseIdentity(await findBinaries(), options.dataDir);
  const { dataDir } = identity;
  await stopLeftover(dataDir);
  if (!(await exists(join(dataDir, 'PG_VERSION')))) await createCluster(identity, options.password);
  await refuseOtherVersion(dataDir);
  const url = embeddedUrl(options.port, options.password);
  const server = await startServer(identity, options, url);
  const exited = ended(server);
  const stop = () => stopServer(server.pid, exited);
  try {
    await createDatabase(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pid: server.pid, notice: identity.notice, exited, stop };
}

/** Written aside and renamed when complete: a kill in the middle leaves nothing that looks finished. */
async function createCluster(identity: Identity, password: string): Promise<void> {
  const fresh = `${identity.dataDir}.new`;
  const passwordFile = `${identity.dataDir}.password`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (identity.uid !== null) for (const path of [fresh, passwordFile]) await chown(path, identity.uid, identity.gid);
  try {
    // The built-in locale: the same order of texts on every machine, whatever its own locales are.
    const { code, output } = await run(identity, identity.binaries.initdb, [
      `--pgdata=${fresh}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ]);
    if (code !== 0) throw notStarted(`initdb failed: ${lastLine(output)}`);
    await rm(identity.dataDir, { recursive: true, force: true });
    await rename(fresh, identity.dataDir);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function refuseOtherVersion(dataDir: string): Promise<void> {
  const version = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (version !== MAJOR)
    throw notStarted(`${dataDir} was written by PostgreSQL ${version}, this program brings ${MAJOR}`);
}

interface Server {
  readonly pid: number;
  /** Absent on Windows, where pg_ctl detaches the server. */
  readonly child: ChildProcess | null;
}

async function startServer(identity: Identity, options: EmbeddedPostgresOptions, url: string): Promise<Server> {
  // The killed server's last processes need a moment to notice; until then its memory counts as in use.
  const deadline = Date.now() + 15_000;
  for (;;) {
    const logFile = `${identity.dataDir}.log`;
    const logFrom = await startLog(logFile, identity);
    const server =
      process.platform === 'win32'
        ? await launchByPgCtl(identity, options, logFile)
        : await launch(identity, options, logFile);
    if (await acceptsConnections(server, url)) return server;
    const log = (await readFile(logFile, 'utf8')).slice(logFrom);
    if (!/still in use|lock file/.test(log) || Date.now() > deadline) {
      throw notStarted(`${reasonIn(log)} (see ${logFile})`);
    }
    await delay(200);
    await stopLeftover(identity.dataDir);
  }
}

async function launch(identity: Identity, options: EmbeddedPostgresOptions, logFile: string): Promise<Server> {
  const log = await open(logFile, 'a', 0o600);
  try {
    const [command, args] = identity.wrap(identity.binaries.postgres, [
      '-D',
      identity.dataDir,
      ...serverSettings(options),
    ]);
    const child = spawn(command, args, {
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      env: environment(),
      ...spawnIds(identity),
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return { pid: child.pid ?? 0, child };
  } finally {
    await log.close();
  }
}

/** On Windows only pg_ctl can start a server for an administrator: it gives up the rights that PostgreSQL refuses. */
async function launchByPgCtl(identity: Identity, options: EmbeddedPostgresOptions, logFile: string): Promise<Server> {
  const settings = serverSettings(options)
    .map((word) => (/^[\w.=,-]+$/.test(word) ? word : `"${word}"`))
    .join(' ');
  const child = spawn(
    identity.binaries.pgCtl,
    ['start', '-w', '-t', '120', '-D', identity.dataDir, '-l', logFile, '-o', settings],
    {
      stdio: 'ignore',
      windowsHide: true,
    },
  );
  await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  return { pid: (await readPid(identity.dataDir)) ?? 0, child: null };
}

function serverSettings({ port, configuration = {} }: EmbeddedPostgresOptions): string[] {
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...configuration,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** True once it answers, false when it ended first. Recovery after a crash may take as long as it likes. */
async function acceptsConnections(server: Server, url: string): Promise<boolean> {
  for (;;) {
    const answer = await ask(maintenanceUrl(url), 'select 1');
    if (answer === 'done') return true;
    if (answer.includes('password authentication failed')) {
      if (server.pid > 0) process.kill(server.pid, 'SIGINT');
      throw notStarted(
        'its password is not the one under secrets/: put the old file back, or remove the data folder to start empty',
      );
    }
    if (server.pid <= 0 || hasEnded(server.child) || !isAlive(server.pid)) return false;
    await delay(20);
  }
}

async function createDatabase(url: string): Promise<void> {
  const answer = await ask(maintenanceUrl(url), `create database ${DATABASE}`);
  if (answer !== 'done' && !answer.includes('already exists')) throw notStarted(answer);
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

function ended({ child, pid }: Server): Promise<void> {
  if (child === null) return gone(pid, Number.POSITIVE_INFINITY).then(() => {});
  return new Promise((resolve) => {
    if (hasEnded(child)) resolve();
    else
      child.once('exit', () => {
        resolve();
      });
  });
}

/** Fast shutdown first; then the immediate one, from which the next start recovers; then nothing is asked. */
async function stopServer(pid: number, exited: Promise<void>): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 1_000],
    ['SIGQUIT', 500],
    ['SIGKILL', 200],
  ] as const) {
    signalTo(pid, signal);
    const done = await Promise.race([exited.then(() => true), delay(patienceMs, false, { ref: false })]);
    if (done) return;
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, which is what was wanted.
  }
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await delay(100)) if (!isAlive(pid)) return true;
  return false;
}

/** Opens the log for this start and says where it begins. A log above 10 MB starts again. */
async function startLog(logFile: string, identity: Identity): Promise<number> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  const log = await open(logFile, size > 10_000_000 ? 'w' : 'a', 0o600);
  await log.close();
  if (identity.uid !== null) await chown(logFile, identity.uid, identity.gid);
  return size > 10_000_000 ? 0 : size;
}

function run(identity: Identity, binary: string, args: string[]): Promise<{ code: number | null; output: string }> {
  const [command, wrapped] = identity.wrap(binary, args);
  return new Promise((resolve, reject) => {
    const child = spawn(command, wrapped, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(),
      windowsHide: true,
      ...spawnIds(identity),
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.once('error', reject).once('close', (code) => {
      resolve({ code, output });
    });
  });
}

/** Only what it needs: nothing of ours (passwords, other PG* settings) reaches the server. */
const environment = (): NodeJS.ProcessEnv => {
  const { PATH, SystemRoot, SYSTEMROOT, TEMP, TMP } = process.env;
  return { PATH, SystemRoot, SYSTEMROOT, TEMP: TEMP ?? tmpdir(), TMP, LC_ALL: 'C', TZ: 'UTC' };
};

const spawnIds = ({ uid, gid }: Identity): { uid?: number; gid?: number; cwd: string } =>
  uid === null ? { cwd: tmpdir() } : { uid, gid, cwd: '/' };

const hasEnded = (child: ChildProcess | null): boolean =>
  child !== null && (child.exitCode !== null || child.signalCode !== null);

const maintenanceUrl = (url: string): string => url.replace(/\/[^/]*$/, '/postgres');
const notStarted = (reason: string): AppError =>
  new AppError('database/not-started', `the embedded PostgreSQL did not start: ${reason}`);
const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
const reasonIn = (log: string): string =>
  /(?:FATAL|PANIC|ERROR): .*/.exec(log)?.[0] ?? (lastLine(log) || 'it ended without a word');
const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function readPid(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || null;
}
