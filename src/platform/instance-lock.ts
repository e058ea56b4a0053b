import { execFile } from 'node:child_process';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { isAlive } from './postgres-leftover.ts';

/** Held while this process works on a folder. */
export interface InstanceLock extends AsyncDisposable {
  readonly path: string;
}

/**
 * Takes the lock file, or says which process has it. A file that a killed process left is taken over, also when
 * its number belongs to another process by now: the moment that process started is written beside it.
 */
export async function takeLock(path: string): Promise<InstanceLock | { readonly heldBy: number }> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const mine = `${String(process.pid)} ${await startOf(process.pid)}\n`;
  const draft = `${path}.${String(process.pid)}`;
  await writeFile(draft, mine);
  try {
    for (;;) {
      // A link appears whole or not at all, and fails where there is one.
      const taken = await link(draft, path).then(() => true, isThere);
      if (taken) return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
      const holder = await readFile(path, 'utf8').catch(() => '');
      const pid = Number.parseInt(holder, 10);
      if (pid > 0 && isAlive(pid) && holder === `${String(pid)} ${await startOf(pid)}\n`) return { heldBy: pid };
      await rm(path, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

function isThere(error: unknown): false {
  if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
  throw error;
}

/** When a process started, in the system's own words; the same number after a reboot starts at another moment. */
async function startOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
    // From the third field on; the second one is a name in brackets that may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // An ended process that nobody has collected yet holds nothing.
    return fields[0] === 'Z' ? 'ended' : `${boot.trim()} ${fields[19] ?? ''}`;
  }
  if (process.platform === 'win32') return 'unknown';
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim();
}
