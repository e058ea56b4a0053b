import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { recordOf, scan } from '../../../src/platform/spool/record.ts';
import { openSpool } from '../../../src/platform/spool/spool.ts';
import type { Spool, SpoolLoss } from '../../../src/platform/spool/spool.ts';
import { instant } from '../../../src/core/time.ts';

const entry = (i: number, size = 20) => ({
  topic: 'tailwatch/acquired/a/b',
  payload: Buffer.from(String(i).padEnd(size)),
});
const dirs: string[] = [];
const losses: SpoolLoss[] = [];
afterEach(async () => {
  losses.length = 0;
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true });
});
const folder = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'spool-'));
  dirs.push(dir);
  return dir;
};
const opened = (dir: string, over: Partial<Parameters<typeof openSpool>[0]> = {}): Promise<Spool> =>
  openSpool({
    dir,
    clock: { now: () => instant(Date.now()) },
    bytesMax: 10_000_000,
    thin: (entries) => ({ kept: entries.filter((_, i) => i % 2 === 0), gone: Math.floor(entries.length / 2) }),
    onLoss: (loss) => losses.push(loss),
    ...over,
  });
async function numbers(spool: Spool): Promise<number[]> {
  const all: number[] = [];
  for (;;) {
    const read = await spool.read(7);
    if (read.length === 0) return all;
    all.push(...read.map(({ payload }) => Number(Buffer.from(payload).toString())));
  }
}
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

it('A9 gives in order what was put, and after a start what was not settled', async () => {
  const dir = await folder();
  {
    await using spool = await opened(dir);
    await Promise.all(upTo(50).map((i) => spool.put([entry(i)])));
    const read = await spool.read(20);
    await spool.settle(read[9]?.after ?? { segment: 0, offset: 0 });
  }
  await using again = await opened(dir);
  expect(await numbers(again)).toEqual(upTo(50).slice(10));
  again.rewind();
  await again.put([entry(50)]);
  expect(await numbers(again)).toEqual(upTo(51).slice(10));
});

it('A9 what a power cut tore is cut off, and nothing before it is', async () => {
  const dir = await folder();
  {
    await using spool = await opened(dir);
    await spool.put(upTo(5).map((i) => entry(i)));
  }
  const [name = ''] = (await readdir(dir)).filter((each) => each.endsWith('.seg'));
  await appendFile(join(dir, name), recordOf(entry(5)).subarray(0, 30));
  await using again = await opened(dir);
  await again.put([entry(6)]);
  expect(await numbers(again)).toEqual([0, 1, 2, 3, 4, 6]);
  expect(losses).toEqual([]);
});

it('bytes that went bad lose the rest of their segment, which is told', async () => {
  const dir = await folder();
  {
    await using spool = await opened(dir);
    await spool.put(upTo(5).map((i) => entry(i)));
  }
  {
    await using spool = await opened(dir);
    await spool.put([entry(5)]);
  }
  const names = (await readdir(dir)).filter((each) => each.endsWith('.seg')).toSorted();
  const first = Buffer.concat(upTo(5).map((i) => recordOf(entry(i))));
  first.writeUInt8(first.readUInt8(first.length - 60) ^ 0xff, first.length - 60);
  await writeFile(join(dir, names[0] ?? ''), first);
  await using again = await opened(dir);
  expect(await numbers(again)).toEqual([0, 1, 2, 5]);
  expect(losses.map(({ why }) => why)).toEqual(['corrupt']);
});

it('A10 full, it thins its oldest and says so; the newest are all there, and it stays within its bound', async () => {
  await using spool = await opened(await folder(), { bytesMax: 400_000 });
  for (const i of upTo(40)) await spool.put(upTo(30).map((j) => entry(i * 30 + j, 1_000)));
  expect(spool.bytes()).toBeLessThan(500_000);
  const left = await numbers(spool);
  expect(left).toEqual(left.toSorted((a, b) => a - b));
  expect(left.slice(-20)).toEqual(upTo(1_200).slice(-20));
  const gone = losses.filter(({ why }) => why === 'thinned').reduce((sum, { count }) => sum + count, 0);
  expect(gone).toBeGreaterThan(0);
  expect(left.length + losses.reduce((sum, { count }) => sum + count, 0)).toBe(1_200);
}, 60_000);

it('A10 what cannot be thinned goes oldest first, counted; what is too old goes too', async () => {
  const thin: Parameters<typeof openSpool>[0]['thin'] = (kept) => ({ kept, gone: 0 });
  await using spool = await opened(await folder(), { bytesMax: 300_000, thin });
  for (const i of upTo(20)) await spool.put(upTo(30).map((j) => entry(i * 30 + j, 1_000)));
  const left = await numbers(spool);
  const full = losses.filter(({ why }) => why === 'full').reduce((sum, { count }) => sum + count, 0);
  expect(left.length + full).toBe(600);
  expect(full).toBeGreaterThan(100);

  let now = Date.now();
  await using aging = await opened(await folder(), { ageMaxMs: 60_000, clock: { now: () => instant(now) } });
  await aging.put(upTo(600).map((i) => entry(i, 1_000)));
  await aging.put(upTo(600).map((i) => entry(i, 1_000)));
  now += 120_000;
  losses.length = 0;
  for (let i = 0; i < 3; i += 1) await aging.put(upTo(600).map((each) => entry(each, 1_000)));
  // Behind what was looked at before it.
  await aging.put([entry(0)]);
  expect(losses.map(({ why }) => why)).toContain('old');
}, 60_000);

it('whatever the bytes are, a scan ends, and gives whole records only', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(60), (noise, cut) => {
      const good = recordOf(entry(1));
      const found = scan(Buffer.concat([good, Buffer.from(noise)]).subarray(0, good.length + cut));
      expect(found.records[0]?.end).toBe(good.length);
      expect(found.end).toBeLessThanOrEqual(good.length + cut);
    }),
    { numRuns: 2_000 },
  );
});
