import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSetting } from '../../src/platform/settings.ts';
import { eventually } from './eventually.ts';

const TREE = fileURLToPath(new URL('../..', import.meta.url));
/** A run of `npm start`, as its user sees it. */
export interface WholeStart {
  /** Of the page, as printed. */
  readonly url: string;
  /** Of the administrator `operator`, made with the link that the first start prints; null later. */
  readonly password: string | null;
  output(): string;
  /** Its processes and their PostgreSQL, by number. */
  processes(): Promise<number[]>;
  /** Ctrl-C; resolves when nothing is left of it, throws when that takes longer than `withinMs`. */
  stop(withinMs?: number): Promise<void>;
  /** kill -9 of every process at once, as a power cut does. */
  killAll(): Promise<void>;
  /** kill -9 of the first process alone; resolves when the others have noticed. */
  killFirst(): Promise<void>;
}

interface StartOptions {
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Ordinary user to start it as; only root can. */
  readonly uid?: number;
  /** A copy of the repository to start it from, with the Node that npm brought there; this one if left out. */
  readonly tree?: string;
}

/** Starts it and waits until it says that it runs; throws with its output if it ends before. */
export async function wholeStart(options: StartOptions): Promise<WholeStart> {
  const { dataDir } = options;
  const { child, output } = launch(options);
  const running = () => output().includes('Tailwatch is running.');
  await eventually(() => running() || child.exitCode !== null, { what: 'the start', withinMs: 240_000 });
  if (!running()) throw new Error(`it ended before it ran:\n${output()}`);
  const nothingLeft = async () => (await processesOf(dataDir)).length === 0;
  const [, url = '', code] = /Open +([^\s#]+?)(?:\/#setup=(\S+))?\s/.exec(output()) ?? [];
  return {
    url,
    password: code === undefined ? null : await setUp(url, code),
    output,
    processes: () => processesOf(dataDir),
    async stop(withinMs = 5_000) {
      child.kill('SIGINT');
      await eventually(nothingLeft, { what: 'the end of every process', withinMs });
    },
    async killAll() {
      for (const pid of await processesOf(dataDir)) kill(pid);
      await eventually(nothingLeft, { what: 'the end of every process' });
    },
    async killFirst() {
      child.kill('SIGKILL');
      await eventually(nothingLeft, { what: 'the end of the others' });
    },
  };
}

/** What the first-run wizard does. */
async function setUp(url: string, code: string): Promise<string> {
  const password = 'a password of the test';
  const response = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, name: 'operator', password }),
  });
  if (!response.ok) throw new Error(`setup: ${String(response.status)} ${await response.text()}`);
  return password;
}

/** For a start that is refused: its exit code and all it printed. */
export async function refusedStart(options: StartOptions): Promise<{ code: number | null; lines: string[] }> {
  const { child, output } = launch(options);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: output().trim().split('\n') };
}

function launch({ dataDir, env = {}, args = [], uid, tree }: StartOptions) {
  // Nothing of the machine that runs the tests decides what is embedded.
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSetting(name)));
  const node = tree === undefined ? process.execPath : path.join(tree, 'node_modules', '.bin', 'node');
  const child = spawn(node, [path.join(tree ?? TREE, 'scripts', 'start.mjs'), ...args], {
    cwd: tree ?? TREE,
    env: { ...inherited, DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}

/** Those that were given this data folder, by their environment or, PostgreSQL, by their arguments. Linux only. */
async function processesOf(dataDir: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [environment, words] = await Promise.all(
      ['environ', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    const given = environment?.split('\0').includes(`DATA_DIR=${dataDir}`) === true;
    if (given || words?.split('\0').includes(`${dataDir}/postgres`) === true) found.push(Number(pid));
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with one that was killed before it.
  }
}
