import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';

const STARTERS = 6;
const ROUNDS = 8;

interface Starter {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  line(): Promise<string>;
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailwatch-lock-'));
});
const all: Starter[] = [];
afterAll(async () => {
  for (const { process: child } of all) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function starter(path: string): Promise<Starter> {
  const child = spawn(process.execPath, ['tests/platform/lock-taker.ts', path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const made = { process: child, line: async () => String((await lines.next()).value) };
  all.push(made);
  await made.line();
  return made;
}

async function kill({ process: child }: Starter): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('of many that start at the same moment on a killed one’s folder, one has it, and the others know who', async () => {
  const path = join(folder, 'lock');
  let holder = await starter(path);
  holder.process.stdin.write('go\n');
  expect(await holder.line()).toBe(`held ${String(holder.process.pid)}`);
  for (let round = 0; round < ROUNDS; round += 1) {
    const starters = await Promise.all(Array.from({ length: STARTERS }, () => starter(path)));
    await kill(holder);
    for (const { process: child } of starters) child.stdin.write('go\n');
    const said = await Promise.all(starters.map(({ line }) => line()));
    const held = said.flatMap((line, i) => (line.startsWith('held') ? [starters[i]] : []));
    expect(held, said.join(', ')).toHaveLength(1);
    const [winner] = held;
    if (winner === undefined) throw new Error('nobody');
    expect(said.filter((line) => line.startsWith('refused'))).toHaveLength(STARTERS - 1);
    await Promise.all(starters.filter((one) => one !== winner).map(kill));
    holder = winner;
  }
});
