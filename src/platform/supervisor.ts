import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../core/time.ts';
import { backOffMs, pause } from './back-off.ts';

/** A Node program that runs beside us. It says { type: 'ready' } once over IPC and ends when told, or when we have gone. */
export interface Program {
  readonly name: string;
  /** Absolute path of its first file. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export type ProgramEvent =
  | { readonly type: 'ready'; readonly name: string; readonly pid: number }
  /** It ended without being told to; the next try is `againInMs` away. */
  | { readonly type: 'ended'; readonly name: string; readonly how: string; readonly againInMs: number };

interface SupervisorPorts {
  readonly tell: (event: ProgramEvent) => void;
  /** Takes what the programs print; without it they print where we do. */
  readonly output?: (name: string, chunk: Buffer) => void;
}

export interface Supervisor {
  /**
   * Starts a program and keeps it running. Resolves when it is ready for the first time; rejects when it ended three
   * times before that, and goes on trying all the same.
   */
  start(program: Program): Promise<void>;
  /** Passes SIGHUP on to all that run. */
  hangUp(): void;
  /**
   * Stops all, last started first, each given a moment before the next is told; whoever still lives at the end is
   * killed. Takes 2.5 s at most.
   */
  stop(): Promise<void>;
}

const TRIES_BEFORE_READY = 3;
/** Having lived that long, a program's next end is a first failure again. */
const HEALTHY_MS = 30 * SECOND;
const MOMENT_MS = 600;
const WHOLE_STOP_MS = 2.5 * SECOND;

/** Keeps programs running that fail alone: restarted with back-off, stopped in order. */
export function supervisor(ports: SupervisorPorts): Supervisor {
  const stopping = new AbortController();
  const keepers: Keeper[] = [];
  return {
    start(program) {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      const keeper: Keeper = { child: null, over: Promise.resolve() };
      keeper.over = keep(program, keeper, { ...ports, signal: stopping.signal, resolve, reject });
      keepers.push(keeper);
      // Whoever does not wait for the first "ready" is told of failures all the same, by `tell`.
      promise.catch(() => {});
      return promise;
    },
    hangUp() {
      for (const { child } of keepers) child?.kill('SIGHUP');
    },
    async stop() {
      stopping.abort();
      const deadline = delay(WHOLE_STOP_MS, undefined, { ref: false });
      const all = Promise.all(keepers.map(({ over }) => over));
      for (const { child, over } of keepers.toReversed()) {
        if (child === null) continue;
        askToEnd(child);
        await Promise.race([over, delay(MOMENT_MS, undefined, { ref: false }), deadline]);
      }
      await Promise.race([all, deadline]);
      for (const { child } of keepers) child?.kill('SIGKILL');
      await all;
    },
  };
}

interface Keeper {
  child: ChildProcess | null;
  over: Promise<void>;
}

interface KeepPorts extends SupervisorPorts {
  readonly signal: AbortSignal;
  readonly resolve: (value: undefined) => void;
  readonly reject: (reason: Error) => void;
}

async function keep(program: Program, keeper: Keeper, ports: KeepPorts): Promise<void> {
  const { signal, tell, resolve, reject } = ports;
  const { name } = program;
  let failures = 0;
  let everReady = false;
  while (!signal.aborted) {
    const startedAt = performance.now();
    const child = launch(program, ports);
    keeper.child = child;
    child.on('message', (message) => {
      if (!isReady(message)) return;
      everReady = true;
      resolve(undefined);
      tell({ type: 'ready', name, pid: child.pid ?? 0 });
    });
    const how = await ended(child);
    keeper.child = null;
    if (stopped(signal)) break;
    failures = performance.now() - startedAt > HEALTHY_MS ? 1 : failures + 1;
    const againInMs = backOffMs(failures - 1, 200, 5 * SECOND);
    tell({ type: 'ended', name, how, againInMs });
    if (!everReady && failures >= TRIES_BEFORE_READY) reject(new Error(`${name} does not start: ${how}`));
    await pause(againInMs, signal);
  }
  reject(new Error(`${name} was stopped before it was ready`));
}

/** A group of its own, so that Ctrl-C reaches us alone and we stop it in its turn. */
function launch({ name, file, args, env }: Program, { output }: SupervisorPorts): ChildProcess {
  const io = output === undefined ? 'inherit' : 'pipe';
  const child = spawn(process.execPath, [file, ...args], {
    env,
    stdio: ['ignore', io, io, 'ipc'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output?.(name, chunk));
  return child;
}

/** Windows has no SIGTERM that can be caught: there the closed channel says the same. */
function askToEnd(child: ChildProcess): void {
  if (process.platform === 'win32' && child.connected) child.disconnect();
  else child.kill('SIGTERM');
}

/** Resolves with how it ended and, if it said so, why: the last line it wrote as an error. */
function ended(child: ChildProcess): Promise<string> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2_000);
  });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', (code, signal) => {
      resolve(reasonIn(errors) ?? (signal === null ? `code ${String(code)}` : signal));
    });
  });
}

/** The line that names an error, else the last one said; not where in the program it happened. */
function reasonIn(errors: string): string | null {
  const lines = errors.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? null;
}

/** Asked anew: the type checker would remember the answer from before the wait. */
const stopped = (signal: AbortSignal): boolean => signal.aborted;
const isReady = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
