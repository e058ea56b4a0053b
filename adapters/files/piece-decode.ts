import type { FilesLine } from '../../src/contract/acquire/files-config.ts';
import type { Acquired } from '../../src/core/acquired.ts';
import type { Instant } from '../../src/core/time.ts';
import { readLine } from './table-decode.ts';
import type { TableState } from './table-decode.ts';

/** What a piece of a file gives. */
export interface PieceRead {
  readonly next: TableState;
  /** Bytes that are done with: up to the end of the last whole line. */
  readonly taken: number;
  readonly acquired: readonly Acquired[];
  /** Of lines that are not read, the first few. */
  readonly faults: readonly string[];
  readonly faultCount: number;
}

interface Piece {
  readonly bytes: Uint8Array;
  /** Its place in the file. */
  readonly from: number;
  readonly receivedAt: Instant;
  /** A last line without an end is one. */
  readonly takeRest: boolean;
}

const TOLD_MAX = 5;
const LF = 0x0a;
/** A row is shorter; what is longer is no text. */
const LINE_BYTES_MAX = 65_536;

/** Reads the whole lines of a piece. A line feed is one in every encoding here, so it is cut before it is decoded. */
export function readPiece(
  config: FilesLine,
  state: TableState,
  { bytes, from, receivedAt, takeRest }: Piece,
): PieceRead {
  const decoder = new TextDecoder(config.encoding === 'gbk' ? 'gb18030' : 'utf-8');
  const acquired: Acquired[] = [];
  const faults: string[] = [];
  let [next, at, faultCount] = [state, 0, 0];
  const fault = (where: number, words: string): void => {
    faultCount += 1;
    if (faults.length < TOLD_MAX) faults.push(`line at byte ${String(where)}: ${words}`);
  };
  while (at < bytes.length) {
    const end = bytes.indexOf(LF, at);
    if (end < 0 && !takeRest) break;
    const stop = end < 0 ? bytes.length : end;
    if (stop - at > LINE_BYTES_MAX) fault(from + at, 'it is too long for a row');
    else {
      const read = readLine(config, next, decoder.decode(bytes.subarray(at, stop)).replace(/^\uFEFF/, ''), receivedAt);
      next = read.next;
      for (const each of read.acquired) acquired.push(each);
      if (read.fault !== null) fault(from + at, read.fault);
    }
    at = end < 0 ? bytes.length : end + 1;
  }
  return { next, taken: at, acquired, faults, faultCount };
}
