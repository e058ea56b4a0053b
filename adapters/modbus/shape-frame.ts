import { hasCrc } from './crc-codec.ts';
import type { Answer } from './request-frame.ts';

/**
 * What an answer on a serial line looks like. Such a line has no transaction numbers: answers of one `key` cannot be
 * told apart, whatever was asked for.
 */
export interface Shape {
  /** Of the slave: what is late from one is never taken for another's. */
  readonly device: string;
  /** The same key, the same look. */
  readonly key: string;
  /** What an exception looks like: it does not tell the count. Null where the answer always says what it is about. */
  readonly refusalKey: string | null;
  /** How long a frame may be that begins at `at`; none where none begins there. */
  lengths(bytes: Uint8Array, at: number): readonly number[];
  /** Of a whole frame whose CRC is right. */
  read(frame: Uint8Array): Answer;
}

/** A frame that was found, and what came behind it. */
export interface Found {
  readonly shape: Shape;
  readonly answer: Answer;
  readonly rest: Uint8Array;
}

/**
 * The first frame of one of these shapes in what has come, whatever noise is before it. A heartbeat that a modem put
 * before, behind or into it is taken out: of its places only such as make the CRC right, for data may look like it.
 */
export function findFrame(bytes: Uint8Array, shapes: readonly Shape[], heartbeat?: Uint8Array): Found | undefined {
  const found = findIn(bytes, shapes);
  if (found !== undefined || heartbeat === undefined) return found;
  for (const without of withoutHeartbeat(bytes, heartbeat)) {
    const again = findIn(without, shapes);
    if (again !== undefined) return again;
  }
  return undefined;
}

function findIn(bytes: Uint8Array, shapes: readonly Shape[]): Found | undefined {
  for (let at = 0; at < bytes.length; at += 1) {
    for (const shape of shapes) {
      for (const length of shape.lengths(bytes, at)) {
        const end = at + length;
        if (end > bytes.length || !hasCrc(bytes, at, end)) continue;
        return { shape, answer: shape.read(bytes.subarray(at, end)), rest: bytes.subarray(end) };
      }
    }
  }
  return undefined;
}

/** More at once is no heartbeat but a flood. */
const BEATS_MOST = 8;

/** The bytes without all of the heartbeats in them, then without each one alone. */
function withoutHeartbeat(bytes: Uint8Array, heartbeat: Uint8Array): Uint8Array[] {
  const places: number[] = [];
  for (let at = 0; at + heartbeat.length <= bytes.length && places.length < BEATS_MOST; at += 1) {
    if (!heartbeat.every((byte, i) => bytes[at + i] === byte)) continue;
    places.push(at);
    at += heartbeat.length - 1;
  }
  const cut = (out: readonly number[]): Uint8Array =>
    bytes.filter((_, i) => !out.some((at) => i >= at && i < at + heartbeat.length));
  return places.length < 2 ? places.map((at) => cut([at])) : [cut(places), ...places.map((at) => cut([at]))];
}

/** Whether these are whole heartbeats and nothing else. */
export const isHeartbeat = (bytes: Uint8Array, heartbeat: Uint8Array | undefined): boolean =>
  heartbeat !== undefined &&
  bytes.length % heartbeat.length === 0 &&
  bytes.every((byte, i) => byte === heartbeat[i % heartbeat.length]);
