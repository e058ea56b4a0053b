import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from './postgres-identity.ts';
import { isAlive } from './postgres-leftover.ts';
import { surroundings } from './postgres-program.ts';

const MOST_LOG_BYTES = 10_000_000;

/** A server process, which may not answer yet. */
export interface Server {
  readonly pid: number;
  /** Whether it has ended, for whatever reason. */
  hasEnded(): boolean;
  readonly exited: Promise<void>;
  /** What it has logged since it was started. */
  log(): Promise<string>;
  readonly logFile: string;
}

/** Starts a server process on the cluster of `identity`; it logs to `<dataDir>.log`. */
export async function launchServer(identity: Identity, settings: Readonly<Record<string, string>>): Promise<Server> {
  const logFile = `${identity.dataDir}.log`;
  const logFrom = await startLog(logFile, identity);
  const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = async () => (await readFile(logFile)).subarray(logFrom).toString();
  const server =
    process.platform === 'win32'
      ? await launchByPgCtl(identity, words, logFile)
      : await launch(identity, words, logFile);
  return { ...server, log, logFile };
}

/** Fast shutdown first; then the immediate one, from which the next start recovers; then it is not asked. 2 s at most. */
export async function stopServer({ pid, exited }: Pick<Server, 'pid' | 'exited'>): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 1_000],
    ['SIGQUIT', 500],
    ['SIGKILL', 500],
  ] as const) {
    if (pid > 0) signalTo(pid, signal);
    const done = await Promise.race([exited.then(() => true), delay(patienceMs, false, { ref: false })]);
    if (done) return;
  }
}

type Launched = Pick<Server, 'pid' | 'hasEnded' | 'exited'>;

async function launch(identity: Identity, words: string[], logFile: string): Promise<Launched> {
  const log = await open(logFile, 'a', 0o600);
  try {
    const [command, args] = identity.wrap(identity.binaries.postgres, ['-D', identity.dataDir, ...words]);
    const child = spawn(command, args, { stdio: ['ignore', log.fd, log.fd], ...surroundings(identity) });
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve();
      });
    });
    await once(child, 'spawn');
    return { pid: child.pid ?? 0, hasEnded: () => hasEnded(child), exited };
  } finally {
    await log.close();
  }
}

/** On Windows only pg_ctl can start a server for an administrator: it gives up the rights that PostgreSQL refuses. */
async function launchByPgCtl(identity: Identity, words: string[], logFile: string): Promise<Launched> {
  const settings = words.map((word) => (/^[\w.=,-]+$/.test(word) ? word : `"${word}"`)).join(' ');
  const args = ['start', '-w', '-t', '120', '-D', identity.dataDir, '-l', logFile, '-o', settings];
  const child = spawn(identity.binaries.pgCtl, args, { stdio: 'ignore', windowsHide: true });
  await once(child, 'exit');
  const text = await readFile(join(identity.dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10) || 0;
  const ended = () => pid === 0 || !isAlive(pid);
  return { pid, hasEnded: ended, exited: untilTrue(ended) };
}

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(100, undefined, { ref: false });
}

/** Opens the log for this start and says where it begins. A long one starts again. */
async function startLog(logFile: string, { uid, gid }: Identity): Promise<number> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  const tooLong = size > MOST_LOG_BYTES;
  const log = await open(logFile, tooLong ? 'w' : 'a', 0o600);
  await log.close();
  if (uid !== null) await chown(logFile, uid, gid);
  return tooLong ? 0 : size;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, which is what was wanted.
  }
}
