import { open, readdir, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { FilesLine } from '../../src/contract/acquire/files-config.ts';
import type { Acquired } from '../../src/core/acquired.ts';
import { keptFile } from '../../src/platform/kept-file.ts';
import type { LinePorts } from '../acquisition.ts';
import { isNamed } from './name-plan.ts';
import { readPiece } from './piece-decode.ts';
import { isContinued, marksOf, progressFrom } from './progress.ts';
import type { Progress } from './progress.ts';
import { tableBegins } from './table-decode.ts';

/** Read at once: a piece of rows is offered, and remembered as read, before the next. */
const PIECE_BYTES = 262_144;
/** More files than this in a folder are read, but forgotten when they are gone. */
const KEPT_GONE = 1_000;
const FAULTS_TOLD = 5;
/** Of a file that is gone from under its name. */
const NAMELESS = '';

interface FolderPorts extends LinePorts {
  /** What was read lies in the spool. */
  readonly onRead: (acquired: readonly Acquired[]) => void;
}

/** Looks into the folder once. Returns what is wrong with files that are not read whole, in words. */
type Look = (signal: AbortSignal) => Promise<readonly string[]>;

interface Found {
  readonly name: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/**
 * Looks into the folder, oldest file first. How far each is read is kept on disk after what was read lies in the spool: after
 * a crash a piece is read again, and what is stored is stored once. A file is known by what is in it, so one that is renamed
 * goes on, and one that is truncated, replaced or written anew is read from its beginning.
 */
export async function folderReader(config: FilesLine, ports: FolderPorts): Promise<Look> {
  const kept = keptFile(path.join(await ports.folder(), 'files.json'));
  let progress = progressFrom(await kept.read());
  /** Faults of files that were not looked into again. */
  const faultsOf = new Map<string, string>();

  const remember = async (next: Progress, former: Progress | undefined): Promise<void> => {
    // What stood under its name before may come up under another in the next look: it is kept without one.
    const others = progress
      .filter((each) => each !== former)
      .map((each) => (each.name === next.name ? { ...each, name: NAMELESS } : each));
    progress = [...others, next];
    await kept.write(JSON.stringify(progress));
  };

  const readFile = async ({ name, modifiedMs }: Found, signal: AbortSignal): Promise<void> => {
    await using file = await open(path.join(config.folder, name), 'r');
    const { size } = await file.stat();
    const known = await knownAs(file, size, name);
    let state: Progress = known ?? {
      name,
      offset: 0,
      size,
      modifiedMs,
      columns: null,
      ...(await marksOf(file, 0)),
      headLinesLeft: tableBegins(config).headLinesLeft,
    };
    const faults: string[] = [];
    let faultCount = 0;
    for (let former = known; !signal.aborted; ) {
      const bytes = await pieceAt(file, state.offset);
      const isLast = state.offset + bytes.length >= size;
      const from = {
        bytes,
        from: state.offset,
        receivedAt: ports.clock.now(),
        takeRest: isLast && config.lastLine === 'take',
      };
      const read = readPiece(config, state, from);
      // A whole piece without the end of a line is no text of rows: it is left behind, or it would stand in the way for ever.
      const isNoText = read.taken === 0 && bytes.length === PIECE_BYTES;
      const taken = isNoText ? bytes.length : read.taken;
      if (isNoText) faults.push(`${name}: no end of a line in ${String(bytes.length)} bytes`);
      faultCount += read.faultCount;
      for (const each of read.faults) if (faults.length < FAULTS_TOLD) faults.push(`${name}, ${each}`);
      if (read.acquired.length > 0) await ports.offer(read.acquired);
      const offset = state.offset + taken;
      const isDone = taken === 0 || offset >= size;
      const next = { ...state, ...read.next, name, offset, size, modifiedMs: isDone ? modifiedMs : 0 };
      const columns = read.next.columns === null ? null : [...read.next.columns];
      state = { ...next, columns, ...(await marksOf(file, offset)) };
      await remember(state, former);
      former = state;
      if (read.acquired.length > 0) ports.onRead(read.acquired);
      if (isDone) break;
    }
    const more = faultCount > faults.length ? [`and ${String(faultCount - faults.length)} more`] : [];
    if (faults.length > 0) faultsOf.set(name, [...faults, ...more].join('; '));
  };

  /** By its name, else by what is in it: of the files that are gone from under their names. */
  const knownAs = async (file: FileHandle, size: number, name: string): Promise<Progress | undefined> => {
    const own = progress.find((each) => each.name === name);
    if (own !== undefined && (await isContinued(file, size, own))) return own;
    // Of several that fit, one is as the file was earlier: the one that was read furthest.
    for (const each of progress.toSorted((a, b) => b.offset - a.offset))
      if (each.offset > 0 && each !== own && (await isContinued(file, size, each))) return { ...each, name };
    return undefined;
  };

  return async (signal) => {
    const found = await filesIn(config);
    const names = new Set(found.map(({ name }) => name));
    const gone = progress.filter(({ name }) => !names.has(name));
    if (gone.length > KEPT_GONE) progress = progress.filter((each) => !gone.slice(0, -KEPT_GONE).includes(each));
    for (const name of faultsOf.keys()) if (!names.has(name)) faultsOf.delete(name);
    for (const each of found) {
      if (signal.aborted) break;
      const own = progress.find(({ name }) => name === each.name);
      if (own?.size === each.size && own.modifiedMs === each.modifiedMs) continue;
      faultsOf.delete(each.name);
      try {
        await readFile(each, signal);
      } catch (error) {
        // It went away between two looks, or is not ours to read: the others are.
        if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
        faultsOf.set(each.name, `${each.name}: ${(error as Error).message}`);
      }
    }
    return [...faultsOf.values()].slice(0, FAULTS_TOLD);
  };
}

async function pieceAt(file: FileHandle, offset: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(PIECE_BYTES);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, offset + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

async function filesIn({ folder, pattern }: FilesLine): Promise<Found[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: Found[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !isNamed(pattern, entry.name)) continue;
    const is = await stat(path.join(folder, entry.name)).catch(() => null);
    if (is !== null) found.push({ name: entry.name, size: is.size, modifiedMs: is.mtimeMs });
  }
  return found.toSorted((a, b) => a.modifiedMs - b.modifiedMs || a.name.localeCompare(b.name));
}
