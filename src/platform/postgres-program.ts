import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';

/** As whom a program runs: a wrapping command, and another user and group where they are given. */
export interface RunsAs {
  /** User and group to start it as; null keeps our own. */
  readonly uid: number | null;
  readonly gid: number;
  wrap(binary: string, args: string[]): [string, string[]];
}

interface Outcome {
  /** Null after a signal, or when it could not be started. */
  readonly code: number | null;
  /** What it printed on both streams. */
  readonly output: string;
}

/** Runs a PostgreSQL program to its end. Ctrl-C does not reach it: half a result would be taken for an answer. */
export function runProgram(as: RunsAs, binary: string, args: string[]): Promise<Outcome> {
  const [command, wrapped] = as.wrap(binary, args);
  return new Promise((resolve) => {
    const child = spawn(command, wrapped, { stdio: ['ignore', 'pipe', 'pipe'], ...surroundings(as) });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += data.toString();
      });
    }
    child.once('error', (error) => {
      resolve({ code: null, output: error.message });
    });
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

/** For `spawn`: a process group of its own, and of our environment only what it needs: no password, no PG* setting. */
export function surroundings({ uid, gid }: RunsAs) {
  const { PATH, SystemRoot, SYSTEMROOT, TEMP = tmpdir(), TMP } = process.env;
  return {
    env: { PATH, SystemRoot, SYSTEMROOT, TEMP, TMP, LC_ALL: 'C', TZ: 'UTC' },
    detached: process.platform !== 'win32',
    windowsHide: true,
    ...(uid === null ? { cwd: tmpdir() } : { uid, gid, cwd: '/' }),
  };
}
