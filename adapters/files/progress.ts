import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FileHandle } from 'node:fs/promises';

/** Bytes at the beginning, and before where we are, by which a file is known again. */
const KNOWN_BY = 1_024;

const Mark = z.object({ length: z.int().min(0).max(KNOWN_BY), hash: z.string() });

/** How far a file is read. */
const Progress = z.object({
  name: z.string(),
  offset: z.int().min(0),
  size: z.int().min(0),
  modifiedMs: z.number(),
  head: Mark,
  tail: Mark,
  headLinesLeft: z.int().min(0),
  columns: z.array(z.string()).nullable(),
});
export type Progress = z.infer<typeof Progress>;
const Kept = z.array(Progress);

/** What is kept of a line's files; empty where it cannot be understood: they are read again, and what is stored is stored once. */
export function progressFrom(text: string | null): Progress[] {
  if (text === null) return [];
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

type Mark = z.infer<typeof Mark>;

/** Marks a file by its beginning and by what stands before `offset`. */
export async function marksOf(file: FileHandle, offset: number): Promise<Pick<Progress, 'head' | 'tail'>> {
  const length = Math.min(offset, KNOWN_BY);
  return { head: await markOf(file, 0, length), tail: await markOf(file, offset - length, length) };
}

/** Whether it is the file that was read so far, whatever its name is now: as long at least, and the same at both marks. */
export async function isContinued(file: FileHandle, size: number, { offset, head, tail }: Progress): Promise<boolean> {
  if (size < offset) return false;
  const is = async (from: number, mark: Mark): Promise<boolean> =>
    (await markOf(file, from, mark.length)).hash === mark.hash;
  return (await is(0, head)) && (await is(offset - tail.length, tail));
}

async function markOf(file: FileHandle, from: number, length: number): Promise<Mark> {
  const bytes = Buffer.alloc(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, length - at, from + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return { length, hash: createHash('sha256').update(bytes.subarray(0, at)).digest('base64') };
}
