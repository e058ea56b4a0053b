import { crc16 } from './crc-codec.ts';

/** Ends of a frame that goes up: nothing follows, more follows. */
const ETX = 0x03;
const ETB = 0x17;
/** Ends of one that goes down: a question; go on; over, hang up; over, stay. */
export const ENQ = 0x05;
export const ACK = 0x06;
export const EOT = 0x04;
export const ESC = 0x1b;
const STX = 0x02;
const SYN = 0x16;

const START = 0x7e;
/** Beside the length of a body that goes down. */
const DOWN = 0x80;
/** Up to the byte that begins the body. */
const HEAD_LENGTH = 14;
const TAIL_LENGTH = 3;
const BODY_LENGTH_MAX = 0x0fff;

/** What a station sends. */
export interface UpFrame {
  readonly centre: number;
  /** Ten digits. */
  readonly station: string;
  /** Two bytes as they are. */
  readonly password: number;
  readonly func: number;
  /** Without the number of the packet. */
  readonly body: Uint8Array;
  /** Which packet of how many; null: it is no part of several. */
  readonly part: { readonly of: number; readonly number: number } | null;
  /** Another frame follows. */
  readonly more: boolean;
}

/** What the centre sends. */
export interface DownFrame extends Pick<UpFrame, 'centre' | 'station' | 'password' | 'func' | 'body'> {
  readonly end: number;
}

/** Puts frames together out of what comes, in whatever pieces. */
export interface Framer {
  /** The frames that are complete now. */
  push(bytes: Uint8Array): UpFrame[];
  /** Nothing came for a while: what was begun is no frame that will be finished. What stands behind its beginning is read anew. */
  giveUp(): UpFrame[];
  /** Bytes that were no part of any frame, since the beginning. */
  readonly skipped: number;
}

/** Up to a frame and a piece are held: more never waits. */
export function framer(): Framer {
  let waiting = new Uint8Array();
  let skipped = 0;

  const skip = (count: number): void => {
    waiting = waiting.slice(count);
    skipped += count;
  };
  const frames = (): UpFrame[] => {
    const found: UpFrame[] = [];
    while (waiting.length > 0) {
      const start = startIn(waiting);
      if (start > 0) skip(start);
      if (waiting.length < HEAD_LENGTH) break;
      const length = HEAD_LENGTH + bodyLength(waiting) + TAIL_LENGTH;
      if (!isHead(waiting)) skip(1);
      else if (waiting.length < length) break;
      else {
        const frame = frameOf(waiting.subarray(0, length));
        if (frame === undefined) skip(1);
        else {
          found.push(frame);
          waiting = waiting.slice(length);
        }
      }
    }
    return found;
  };

  return {
    push(bytes) {
      const joined = new Uint8Array(waiting.length + bytes.length);
      joined.set(waiting);
      joined.set(bytes, waiting.length);
      waiting = joined;
      return frames();
    },
    giveUp() {
      const found: UpFrame[] = [];
      while (waiting.length > 0) {
        skip(1);
        found.push(...frames());
      }
      return found;
    },
    get skipped() {
      return skipped;
    },
  };
}

/** Where a frame may begin; all of it when none does. */
function startIn(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i += 1)
    if (bytes[i] === START && (i + 1 === bytes.length || bytes[i + 1] === START)) return i;
  return bytes.length;
}

const bodyLength = (bytes: Uint8Array): number => ((bytes[11] ?? 0) & 0x0f) * 256 + (bytes[12] ?? 0);

/** Goes up, has an address of decimal digits, and begins a body. */
const isHead = (bytes: Uint8Array): boolean =>
  (bytes[11] ?? 0) >> 4 === 0 &&
  (bytes[13] === STX || (bytes[13] === SYN && bodyLength(bytes) >= 3)) &&
  digitsOf(bytes.subarray(3, 8)) !== undefined;

function frameOf(bytes: Uint8Array): UpFrame | undefined {
  const crcAt = bytes.length - 2;
  const crc = (bytes[crcAt] ?? 0) * 256 + (bytes[crcAt + 1] ?? 0);
  const end = bytes[crcAt - 1];
  if (crc16(bytes.subarray(0, crcAt)) !== crc || (end !== ETX && end !== ETB)) return undefined;
  const body = bytes.slice(HEAD_LENGTH, crcAt - 1);
  const isPart = bytes[13] === SYN;
  const [a = 0, b = 0, c = 0] = body;
  return {
    centre: bytes[2] ?? 0,
    station: digitsOf(bytes.subarray(3, 8)) ?? '',
    password: (bytes[8] ?? 0) * 256 + (bytes[9] ?? 0),
    func: bytes[10] ?? 0,
    body: isPart ? body.subarray(3) : body,
    part: isPart ? { of: a * 16 + (b >> 4), number: (b & 0x0f) * 256 + c } : null,
    more: end === ETB,
  };
}

/** The decimal digits of BCD, or `undefined` where a half byte is none. */
export function digitsOf(bytes: Uint8Array): string | undefined {
  let digits = '';
  for (const byte of bytes) {
    if (byte >> 4 > 9 || (byte & 0x0f) > 9) return undefined;
    digits += `${String(byte >> 4)}${String(byte & 0x0f)}`;
  }
  return digits;
}

/** An even number of decimal digits as BCD. */
export const bcdOf = (digits: string): number[] =>
  digits.match(/\d\d/g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];

/** The bytes of a frame that goes down: the station's address stands first there. */
export function downFrame({ centre, station, password, func, body, end }: DownFrame): Uint8Array {
  if (body.length > BODY_LENGTH_MAX) throw new RangeError('a body of SL 651 has 4,095 bytes at most');
  const head = [START, START, ...bcdOf(station), centre, password >> 8, password & 0xff, func];
  const bytes = [...head, DOWN | (body.length >> 8), body.length & 0xff, STX, ...body, end];
  const crc = crc16(Uint8Array.from(bytes));
  return Uint8Array.from([...bytes, crc >> 8, crc & 0xff]);
}
