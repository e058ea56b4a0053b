import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../src/platform/postgres-leftover.ts';
import { supervisor } from '../../src/platform/supervisor.ts';
import type { Program, ProgramEvent } from '../../src/platform/supervisor.ts';
import { eventually } from '../support/eventually.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tailwatch-supervisor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const GOOD = `
  import { appendFileSync } from 'node:fs';
  process.on('SIGTERM', () => { appendFileSync(process.env.DIARY, process.env.NAME + ' stopped\\n'); process.exit(0); });
  process.on('disconnect', () => process.exit(0));
  appendFileSync(process.env.DIARY, process.env.NAME + ' started\\n');
  process.send({ type: 'ready' });
  setInterval(() => {}, 1000);
`;
const STUBBORN = `
  process.on('SIGTERM', () => {});
  process.send({ type: 'ready' });
  setInterval(() => {}, 1000);
`;
const BROKEN = `throw new Error('no such pond');`;

async function program(name: string, text: string): Promise<Program> {
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, text);
  return { name, file, args: [], env: { ...process.env, NAME: name, DIARY: join(folder, 'diary') } };
}

const diary = async (): Promise<string[]> => (await readFile(join(folder, 'diary'), 'utf8')).trim().split('\n');

function watched() {
  const events: ProgramEvent[] = [];
  const programs = supervisor({ tell: (event) => events.push(event), output: () => {} });
  const pidOf = (name: string): number => {
    const ready = events.findLast((event) => event.type === 'ready' && event.name === name);
    return ready?.type === 'ready' ? ready.pid : 0;
  };
  return { programs, events, pidOf };
}

test('programs start in order, stop in the reverse order, and nothing stays', async () => {
  const { programs, pidOf } = watched();
  await programs.start(await program('first', GOOD));
  await programs.start(await program('second', GOOD));
  await programs.stop();
  expect(await diary()).toEqual(['first started', 'second started', 'second stopped', 'first stopped']);
  expect([pidOf('first'), pidOf('second')].filter(isAlive)).toEqual([]);
});

test('a program that is killed is started again', async () => {
  const { programs, events, pidOf } = watched();
  await programs.start(await program('killed', GOOD));
  const first = pidOf('killed');
  process.kill(first, 'SIGKILL');
  await eventually(() => pidOf('killed') !== first, { what: 'a second life' });
  expect(events.map(({ type }) => type)).toEqual(['ready', 'ended', 'ready']);
  expect(events[1]).toMatchObject({ how: 'SIGKILL' });
  await programs.stop();
  expect(isAlive(pidOf('killed'))).toBe(false);
});

test('a program that cannot start is told with its reason, and tried again ever more slowly', async () => {
  const { programs, events } = watched();
  await expect(programs.start(await program('broken', BROKEN))).rejects.toThrow('no such pond');
  const pauses = events.map((event) => (event.type === 'ended' ? event.againInMs : 0));
  expect(pauses).toEqual([200, 400, 800]);
  await programs.stop();
});

test('a program that does not listen is killed, and does not keep the others from stopping', async () => {
  const { programs, pidOf } = watched();
  await programs.start(await program('polite', GOOD));
  await programs.start(await program('stubborn', STUBBORN));
  await programs.stop();
  expect((await diary()).at(-1)).toBe('polite stopped');
  expect([pidOf('polite'), pidOf('stubborn')].filter(isAlive)).toEqual([]);
});
