import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Stops the server that a killed run left on `dataDir`, if there is one. A number in its lock file that belongs
 * to another program by now (after a reboot, in a container) is nobody's server: the file is removed, else
 * PostgreSQL would refuse to start.
 */
export async function stopLeftover(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(lockFile, 'utf8').catch(() => ''), 10);
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid || !isAlive(pid)) return;
  if (!(await serves(pid, dataDir))) {
    await rm(lockFile, { force: true });
    return;
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    // Its folder is asked for, not its number: an ended process that nobody collects keeps the number.
    for (const deadline = Date.now() + 5_000; Date.now() < deadline; await delay(20)) {
      if (!isAlive(pid) || !(await serves(pid, dataDir))) return;
    }
  }
}

/** Whether the process is a PostgreSQL on this very folder: a server's working directory is its data. */
async function serves(pid: number, dataDir: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const folder = await readlink(`/proc/${String(pid)}/cwd`).catch(() => null);
    return folder !== null && folder === (await realpath(dataDir));
  }
  const [command, args] =
    process.platform === 'win32'
      ? (['tasklist', ['/fi', `PID eq ${String(pid)}`]] as const)
      : (['ps', ['-o', 'command=', '-p', String(pid)]] as const);
  const { stdout } = await promisify(execFile)(command, [...args]).catch(() => ({ stdout: '' }));
  return stdout.includes('postgres');
}
