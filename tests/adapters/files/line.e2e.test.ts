import { appendFile, mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { files } from '../../../adapters/files/line.ts';
import { FilesLine } from '../../../src/contract/acquire/files-config.ts';
import { eventually } from '../../support/eventually.ts';
import { handPorts } from '../../support/line-ports.ts';
import type { HandPorts } from '../../support/line-ports.ts';

let folder: string;
let ports: HandPorts;
let stopping = new AbortController();
let running: Promise<void> = Promise.resolve();
const at = (name: string): string => path.join(folder, name);

function start(more: object = {}): void {
  const config = FilesLine.parse({
    name: 'loggers',
    protocol: 'files',
    folder,
    pattern: '*.csv',
    format: 'csv',
    everySeconds: 0.1,
    time: { columns: ['t'] },
    columns: [{ column: 'v', sensor: 'level' }],
    ...more,
  });
  stopping = new AbortController();
  running = files.line(config, ports).run(stopping.signal);
}
async function stop(): Promise<void> {
  stopping.abort();
  ports.refuse();
  await running;
}
const row = (minute: number, value: string | number = minute): string =>
  `2026-03-14 14:${String(minute).padStart(2, '0')}:00,${String(value)}\n`;
const rows = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => row(from + i)).join('');
const values = () => ports.offered.map(({ value }) => value);
const upTo = (value: number) => eventually(() => values().at(-1) === value, { what: `value ${String(value)}` });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tailwatch-files-'));
  ports = await handPorts();
});
afterEach(async () => {
  await stop();
  await ports[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('a watched folder', () => {
  it('reads what is there, then what is written on, each row once', async () => {
    await writeFile(at('a.csv'), `t,v\n${rows(1, 3)}`);
    start();
    await upTo(3);
    await appendFile(at('a.csv'), rows(4, 5));
    await upTo(5);
    expect(values()).toEqual([1, 2, 3, 4, 5]);
  });

  it('takes no half of a number: a line without its end waits for it', async () => {
    await writeFile(at('a.csv'), `t,v\n${row(1)}2026-03-14 14:02:00,33`);
    start();
    await upTo(1);
    await appendFile(at('a.csv'), `8.21\n${row(3)}`);
    await upTo(3);
    expect(values()).toEqual([1, 338.21, 3]);
  });

  it('goes on where it was after a start, also in a file that has grown, and reads nothing twice', async () => {
    await writeFile(at('a.csv'), `t,v\n${rows(1, 3)}`);
    start();
    await upTo(3);
    await stop();
    await appendFile(at('a.csv'), rows(4, 5));
    start();
    await upTo(5);
    expect(values()).toEqual([1, 2, 3, 4, 5]);
  });

  it('reads again what was not taken when it was stopped: nothing is lost', async () => {
    await writeFile(at('a.csv'), `t,v\n${rows(1, 3)}`);
    ports.hold();
    start();
    await eventually(() => ports.waiting === 1);
    await stop();
    expect(values()).toEqual([]);
    start();
    await upTo(3);
    expect(values()).toEqual([1, 2, 3]);
  });

  it('goes on in a file that was renamed, and begins the new one of its name', async () => {
    start({ pattern: '*' });
    await writeFile(at('a.csv'), `t,v\n${rows(1, 3)}`);
    await upTo(3);
    await appendFile(at('a.csv'), row(4));
    await rename(at('a.csv'), at('a.csv.1'));
    await writeFile(at('a.csv'), `t,v\n${rows(5, 6)}`);
    await eventually(() => values().length >= 6, { what: 'six values' });
    // Which of the two names is looked at first is chance.
    expect(values().toSorted((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('goes on in a file that comes up under another name only after a new one has taken its own', async () => {
    start({ pattern: '*' });
    await writeFile(at('a.csv'), `t,v\n${rows(1, 3)}`);
    await upTo(3);
    await mkdir(at('aside'));
    await rename(at('a.csv'), at('aside/a.csv'));
    await writeFile(at('a.csv'), `t,v\n${rows(5, 6)}`);
    await upTo(6);
    await appendFile(at('aside/a.csv'), row(4));
    await rename(at('aside/a.csv'), at('a.csv.1'));
    await upTo(4);
    expect(values()).toEqual([1, 2, 3, 5, 6, 4]);
  });

  it('reads a file from its beginning that was truncated, or replaced by a longer one', async () => {
    start();
    await writeFile(at('a.csv'), `t,v\n${rows(1, 3)}`);
    await upTo(3);
    await truncate(at('a.csv'), 0);
    await appendFile(at('a.csv'), `t,v\n${rows(10, 11)}`);
    await upTo(11);
    await writeFile(at('new'), `t,v\n${rows(20, 29)}`);
    await rename(at('new'), at('a.csv'));
    await upTo(29);
    expect(values()).toEqual([1, 2, 3, 10, 11, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
  });

  it('tells of a row that it cannot read, and reads the others', async () => {
    await writeFile(at('a.csv'), `t,v\n${row(1)}rubbish\n${row(2)}`);
    start();
    await upTo(2);
    await eventually(() =>
      ports.reports.some(
        ({ state, detail }) =>
          state === 'connected' && detail === 'a.csv, line at byte 26: it has 1 columns, the head has 2',
      ),
    );
  });

  it('says that the folder is not there, and reads it when it is', async () => {
    await rm(folder, { recursive: true });
    start();
    await eventually(() => ports.reports.some(({ fault }) => fault === 'unreachable'));
    await mkdir(folder);
    await writeFile(at('a.csv'), `t,v\n${rows(1, 2)}`);
    await upTo(2);
    await eventually(() => ports.reports.at(-1)?.state === 'connected', { what: 'a line that stands' });
  });

  it('reads a file of many pieces whole, a letter of two bytes on the seam of two', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `2026-03-14 14:00:00,${String(i)},水位计${String(i)}\n`).join(
      '',
    );
    await writeFile(at('a.csv'), `t,v,n\n${many}`);
    start();
    await upTo(19_999);
    expect(values()).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  it('is not held up by what is no text', async () => {
    await writeFile(at('a.csv'), Buffer.alloc(1_000_000, 7));
    await writeFile(at('b.csv'), `t,v\n${rows(1, 2)}`);
    start();
    await upTo(2);
    await eventually(() => ports.reports.some(({ detail }) => detail?.includes('no end of a line') === true));
  });
});
