import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/** One of our programs, running as a real process that a test may kill and start again. */
export interface RunningProgram {
  readonly pid: number;
  /** Ends it without warning, as a power cut does. */
  kill(): Promise<void>;
  /** Ends it as a supervisor does. */
  stop(): Promise<void>;
  /** Starts it again with the same settings and waits until it is ready. */
  start(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Everything it has printed. */
  log(): Promise<string>;
}

/** Starts programs of this repository and ends all of them when the test ends. */
export interface House extends AsyncDisposable {
  /** `script` and its arguments relative to the repository; resolves when the program says it is ready. */
  run(name: string, script: readonly string[], env: Readonly<Record<string, string>>): Promise<RunningProgram>;
}

export async function openHouse(): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'tailwatch-house-'));
  const running = new Set<ChildProcess>();

  return {
    async run(name, script, env) {
      const logFile = join(folder, `${name}.log`);
      let child = await launch(script, env, logFile, running);
      await ready(child, name, logFile);
      const end = async (signal: NodeJS.Signals): Promise<void> => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, 'exit');
        child.kill(signal);
        await exited;
      };
      return {
        get pid() {
          return child.pid ?? 0;
        },
        kill: () => end('SIGKILL'),
        stop: () => end('SIGTERM'),
        async start() {
          child = await launch(script, env, logFile, running);
          await ready(child, name, logFile);
        },
        pause: () => child.kill('SIGSTOP'),
        resume: () => child.kill('SIGCONT'),
        log: () => readFile(logFile, 'utf8'),
      };
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      await eventually(() => running.size === 0, { what: 'the end of every program' });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(
  script: readonly string[],
  env: Readonly<Record<string, string>>,
  logFile: string,
  running: Set<ChildProcess>,
): Promise<ChildProcess> {
  const log = await open(logFile, 'a');
  const child = spawn(process.execPath, script, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  await log.close();
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function ready(child: ChildProcess, name: string, logFile: string): Promise<void> {
  let said = false;
  child.on('message', (message) => {
    if ((message as { type?: string }).type === 'ready') said = true;
  });
  await eventually(() => said || child.exitCode !== null, { what: `${name} being ready`, withinMs: 180_000 });
  if (!said) throw new Error(`${name} ended before it was ready: ${(await readFile(logFile, 'utf8')).slice(-2000)}`);
}
