import { open, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^(\d{12})\.seg$/;

/** Where the reader stands: everything before is settled. */
export interface SpoolPosition {
  readonly segment: number;
  readonly offset: number;
}

/** The files of a spool: numbered segments, and how far they are settled. */
export function segmentFolder(dir: string) {
  const pathOf = (segment: number): string => join(dir, `${String(segment).padStart(12, '0')}.seg`);
  const settledPath = join(dir, 'settled');
  return {
    pathOf,
    /** Their numbers, oldest first. */
    async segments(): Promise<number[]> {
      const names = await readdir(dir);
      return names
        .flatMap((name) => NAME.exec(name)?.[1] ?? [])
        .map(Number)
        .toSorted((a, b) => a - b);
    },
    async sizeAndAge(segment: number): Promise<{ readonly bytes: number; readonly writtenAt: number }> {
      const { size, mtimeMs } = await stat(pathOf(segment));
      return { bytes: size, writtenAt: mtimeMs };
    },
    read: (segment: number): Promise<Buffer> => readFile(pathOf(segment)),
    /** Puts other bytes in place of a segment's, whole or not at all; it stays as old as it was. */
    async replace(segment: number, bytes: Buffer): Promise<void> {
      const path = pathOf(segment);
      const { atime, mtime } = await stat(path);
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await utimes(`${path}.new`, atime, mtime);
      await rename(`${path}.new`, path);
      await syncFolder(dir);
    },
    remove: (segment: number): Promise<void> => rm(pathOf(segment), { force: true }),
    syncFolder: (): Promise<void> => syncFolder(dir),
    /** What is older than it was is only sent again: it need not reach the disk at once. */
    async keepSettled({ segment, offset }: SpoolPosition): Promise<void> {
      await writeFile(`${settledPath}.new`, `${String(segment)} ${String(offset)}\n`, { mode: 0o600 });
      await rename(`${settledPath}.new`, settledPath);
    },
    /** The beginning, where nothing that can be read says otherwise. */
    async settled(): Promise<SpoolPosition> {
      const text = await readFile(settledPath, 'utf8').catch(() => '');
      const [, segment = '0', offset = '0'] = /^(\d+) (\d+)\n$/.exec(text) ?? [];
      return { segment: Number(segment), offset: Number(offset) };
    },
  };
}

async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
