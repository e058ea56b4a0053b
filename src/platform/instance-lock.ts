import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../core/time.ts';
import type { DurationMs } from '../core/time.ts';

/** Held while this process works on a folder. */
export interface InstanceLock extends AsyncDisposable {
  readonly path: string;
}

/** Several that ask at one moment step on each other's toes; one of them has it within this time. */
const ASKED_FOR_MS: DurationMs = SECOND / 2;
/** Between having the lock and writing down who has it. */
const NAMED_WITHIN_MS: DurationMs = SECOND;

/**
 * Takes the lock of this name, or says which process has it (0: it does not say). It is a lock of the operating system,
 * had through SQLite, on `path`.hold: one process has it, and the end of that process, however it ends, sets it free.
 * The file itself stays: removing it would let the next one lock another. `path` says who has it.
 */
export async function takeLock(path: string): Promise<InstanceLock | { readonly heldBy: number }> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hold = new DatabaseSync(`${path}.hold`, { timeout: ASKED_FOR_MS });
  try {
    hold.exec('begin exclusive');
  } catch (error) {
    hold.close();
    if (!isBusy(error)) throw error;
    return { heldBy: await holderOf(path) };
  }
  await writeFile(path, `${String(process.pid)}\n`);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { force: true });
      hold.close();
    },
  };
}

const SQLITE_BUSY = 5;
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;

/** A file that a killed holder left may name that one for a moment, until the new one has written its own. */
async function holderOf(path: string): Promise<number> {
  for (let waited = 0; ; waited += 50) {
    const pid = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
    if (pid > 0) return pid;
    if (waited >= NAMED_WITHIN_MS) return 0;
    await delay(50);
  }
}
