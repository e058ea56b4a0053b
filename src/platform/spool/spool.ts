import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { DAY, HOUR, SECOND } from '../../core/time.ts';
import type { Clock, DurationMs } from '../../core/time.ts';
import { recordOf, scan } from './record.ts';
import type { SpoolEntry } from './record.ts';
import { segmentFolder } from './segment-folder.ts';
import type { SpoolPosition } from './segment-folder.ts';

/** What went that was not forwarded, and why. */
export interface SpoolLoss {
  /** `thinned`: some of it, for the size; `full`, `old`: a whole segment, for size or age; `corrupt`: unreadable bytes. */
  readonly why: 'thinned' | 'full' | 'old' | 'corrupt';
  /** Of the messages; of `thinned` the values taken out of them. */
  readonly count: number;
  readonly bytes: number;
}

interface SpoolOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly bytesMax: number;
  readonly ageMaxMs?: DurationMs;
  /** Of the messages of a segment, those that remain, and how many values went. */
  readonly thin: (entries: readonly SpoolEntry[]) => { readonly kept: readonly SpoolEntry[]; readonly gone: number };
  readonly onLoss: (loss: SpoolLoss) => void;
}

/** A message that was read, and where the reader stands behind it. */
export interface ReadEntry extends SpoolEntry {
  readonly after: SpoolPosition;
}

export interface Spool extends AsyncDisposable {
  /** Resolves when they lie on the disk, behind all before them; what is put meanwhile shares one fsync. */
  put(entries: readonly SpoolEntry[]): Promise<void>;
  /** The next messages in their order; empty when there are none yet. One caller at a time. */
  read(most: number): Promise<readonly ReadEntry[]>;
  /** Everything up to there has been taken over by somebody else. */
  settle(upTo: SpoolPosition): Promise<void>;
  /** What was read and not settled is read again. */
  rewind(): void;
  /** Resolves when there is something to read, or the signal aborts. */
  waitForMore(signal: AbortSignal): Promise<void>;
  /** Of all that is not settled, about. */
  bytes(): number;
}

const BYTES_OF_SEGMENT = { least: 16_384, most: 8_388_608 };
/** Thinning that saves less than this share of a segment is no use: it goes as a whole. */
const WORTH_THINNING = 0.1;
/** More than the largest record. */
const CHUNK_BYTES = 1_200_000;
const SETTLED_KEPT_EVERY_MS = SECOND;

/**
 * Messages on disk, in order, until somebody else has them: append-only segments of checksummed records.
 *
 * ```
 *   put ──► written, fsynced ──► read ──► settled ──► its segment removed
 *                  │  above bytesMax: the older half of what the reader has yet to come to is thinned, in turns
 *                  │  when that saves nothing more, or it is older than ageMaxMs: it is removed, and told
 * ```
 *
 * A tail that a power cut tore was acknowledged to nobody: it is cut off at the start. Bytes that went bad in the middle
 * lose the rest of their segment, and that is told.
 */
export async function openSpool({
  dir,
  clock,
  bytesMax,
  ageMaxMs = 30 * DAY,
  thin,
  onLoss,
}: SpoolOptions): Promise<Spool> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const folder = segmentFolder(dir);
  const segmentBytes = Math.min(BYTES_OF_SEGMENT.most, Math.max(BYTES_OF_SEGMENT.least, Math.floor(bytesMax / 16)));

  const found = await folder.segments();
  /** Bytes of each segment there is, oldest first. */
  const sizes = new Map<number, number>();
  for (const segment of found) sizes.set(segment, (await folder.sizeAndAge(segment)).bytes);
  let settled = await folder.settled();
  let begunAt = clock.now();
  const thinned = new Map<number, number>();

  let current = (found.at(-1) ?? settled.segment) + 1;
  const last = found.at(-1);
  if (last !== undefined) await cutTail(last);
  const first = [...sizes.keys()][0] ?? current;
  if (settled.segment < first || !sizes.has(settled.segment)) settled = { segment: first, offset: 0 };
  let file = await begin(current);
  let reader = settled;
  let keptAt = 0;
  let failed = false;

  const waiting: { readonly bytes: Buffer; resolve(): void; reject(error: unknown): void }[] = [];
  let isWriting = false;
  let writing: Promise<void> | undefined;
  let more = Promise.withResolvers<void>();

  async function cutTail(segment: number): Promise<void> {
    const { end, why } = scan(await folder.read(segment));
    if (why === 'end') return;
    const torn = await open(folder.pathOf(segment), 'r+');
    try {
      if (why === 'corrupt') onLoss({ why, count: 0, bytes: (sizes.get(segment) ?? end) - end });
      await torn.truncate(end);
      await torn.sync();
    } finally {
      await torn.close();
    }
    sizes.set(segment, end);
  }

  async function begin(segment: number): Promise<FileHandle> {
    const handle = await open(folder.pathOf(segment), 'a', 0o600);
    await folder.syncFolder();
    sizes.set(segment, 0);
    begunAt = clock.now();
    return handle;
  }

  /** A segment that fills slowly must not hold up the look at what is too old. */
  const isAged = (): boolean => clock.now() - begunAt > Math.min(HOUR, ageMaxMs / 2);

  const total = (): number => [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);

  /** A segment is not thinned while the reader comes to it: its positions would be those of other bytes. */
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(work);
    turn = next.catch(() => {});
    return next;
  }

  async function roll(): Promise<void> {
    const next = await begin(current + 1);
    await file.close();
    file = next;
    current += 1;
    await inTurn(holdToBounds);
  }

  async function holdToBounds(): Promise<void> {
    const isBehindReader = (segment: number): boolean => segment > reader.segment && segment < current;
    for (const segment of [...sizes.keys()].filter(isBehindReader)) {
      const { writtenAt } = await folder.sizeAndAge(segment);
      if (clock.now() - writtenAt <= ageMaxMs) break;
      await drop(segment, 'old');
    }
    while (total() > bytesMax) {
      const all = [...sizes.keys()].filter(isBehindReader);
      const candidates = all.slice(0, Math.ceil(all.length / 2));
      const [oldest] = candidates;
      if (oldest === undefined) return;
      const times = (segment: number): number => thinned.get(segment) ?? 0;
      const next = candidates.reduce((best, each) => (times(each) < times(best) ? each : best), oldest);
      if (times(next) === Number.POSITIVE_INFINITY) await drop(oldest, 'full');
      else await thinOut(next, times(next));
    }
  }

  async function thinOut(segment: number, times: number): Promise<void> {
    const { records } = scan(await folder.read(segment));
    const { kept, gone } = thin(records);
    const bytes = Buffer.concat(kept.map(recordOf));
    const before = sizes.get(segment) ?? 0;
    const isWorth = before - bytes.length >= before * WORTH_THINNING;
    thinned.set(segment, isWorth ? times + 1 : Number.POSITIVE_INFINITY);
    if (!isWorth) return;
    await folder.replace(segment, bytes);
    sizes.set(segment, bytes.length);
    onLoss({ why: 'thinned', count: gone, bytes: before - bytes.length });
  }

  async function drop(segment: number, why: 'full' | 'old'): Promise<void> {
    const { records } = scan(await folder.read(segment));
    await folder.remove(segment);
    onLoss({ why, count: records.length, bytes: sizes.get(segment) ?? 0 });
    sizes.delete(segment);
    thinned.delete(segment);
  }

  async function write(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0);
      const bytes = Buffer.concat(group.map((each) => each.bytes));
      const durable = sizes.get(current) ?? 0;
      try {
        if (failed) await file.truncate(durable);
        failed = false;
        await file.appendFile(bytes);
        await file.datasync();
      } catch (error) {
        // What may have been written of it was acknowledged to nobody: it goes before the next is written.
        failed = true;
        for (const each of group) each.reject(error);
        continue;
      }
      sizes.set(current, durable + bytes.length);
      for (const each of group) each.resolve();
      more.resolve();
      if (durable + bytes.length >= segmentBytes || isAged()) await roll().catch(() => {});
    }
    isWriting = false;
  }

  /** Some of a segment's bytes that are on disk. */
  async function chunk({ segment, offset }: SpoolPosition): Promise<{ bytes: Buffer; isLast: boolean }> {
    const length = Math.min(CHUNK_BYTES, (sizes.get(segment) ?? 0) - offset);
    if (length <= 0) return { bytes: Buffer.alloc(0), isLast: true };
    const opened = await open(folder.pathOf(segment), 'r');
    try {
      const { bytesRead, buffer } = await opened.read(Buffer.allocUnsafe(length), 0, length, offset);
      return { bytes: buffer.subarray(0, bytesRead), isLast: offset + length >= (sizes.get(segment) ?? 0) };
    } finally {
      await opened.close();
    }
  }

  async function readNext(most: number): Promise<readonly ReadEntry[]> {
    for (;;) {
      const { segment, offset } = reader;
      const { bytes, isLast } = await chunk(reader);
      const { records, end, why } = scan(bytes, 0, most);
      if (records.length > 0) {
        reader = { segment, offset: offset + end };
        return records.map((each) => ({
          topic: each.topic,
          payload: each.payload,
          after: { segment, offset: offset + each.end },
        }));
      }
      if (why === 'corrupt' || (why === 'torn' && isLast))
        onLoss({ why: 'corrupt', count: 0, bytes: (sizes.get(segment) ?? 0) - offset });
      const next = [...sizes.keys()].find((each) => each > segment);
      if (next === undefined) {
        // What is bad at the end of the newest is passed over once, and told once.
        reader = { segment, offset: Math.max(offset, why === 'end' ? offset : (sizes.get(segment) ?? 0)) };
        more = Promise.withResolvers();
        if ((sizes.get(segment) ?? 0) > reader.offset) more.resolve();
        return [];
      }
      reader = { segment: next, offset: 0 };
    }
  }

  return {
    put(entries) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ bytes: Buffer.concat(entries.map(recordOf)), resolve, reject });
      // Looked at and left within one step of `write`: what is put between its end and here would wait for ever.
      if (!isWriting) writing = write();
      return promise;
    },
    read: (most) => inTurn(() => readNext(most)),
    async settle(upTo) {
      settled = upTo;
      for (const segment of sizes.keys()) {
        if (segment >= upTo.segment) break;
        sizes.delete(segment);
        thinned.delete(segment);
        await folder.remove(segment);
      }
      if (clock.now() - keptAt < SETTLED_KEPT_EVERY_MS) return;
      keptAt = clock.now();
      await folder.keepSettled(settled);
    },
    rewind() {
      reader = settled;
    },
    async waitForMore(signal) {
      if (signal.aborted) return;
      const { promise: aborted, resolve } = Promise.withResolvers<void>();
      const stop = (): void => resolve();
      signal.addEventListener('abort', stop, { once: true });
      await Promise.race([more.promise, aborted]);
      signal.removeEventListener('abort', stop);
    },
    bytes: () => Math.max(0, total() - settled.offset),
    async [Symbol.asyncDispose]() {
      await writing;
      await folder.keepSettled(settled);
      await file.close();
    },
  };
}
