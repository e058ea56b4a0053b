import { crc32 } from 'node:zlib';

/** One message that waits to be forwarded. */
export interface SpoolEntry {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** Length and checksum of the body: 4 bytes each, big-endian. */
const HEAD = 8;
/** A larger body is no record of ours. */
const BODY_MAX = 1_048_576;

/** `length | crc32 | topic length | topic | payload`. */
export function recordOf({ topic, payload }: SpoolEntry): Buffer {
  const name = Buffer.from(topic);
  const body = Buffer.concat([Buffer.from([name.length >> 8, name.length & 0xff]), name, payload]);
  if (body.length > BODY_MAX) throw new RangeError(`a message of ${String(body.length)} bytes is too large to spool`);
  const record = Buffer.allocUnsafe(HEAD + body.length);
  record.writeUInt32BE(body.length, 0);
  record.writeUInt32BE(crc32(body), 4);
  body.copy(record, HEAD);
  return record;
}

export interface ScannedRecord extends SpoolEntry {
  /** Where the next one begins. */
  readonly end: number;
}

export interface Scan {
  readonly records: readonly ScannedRecord[];
  /** Where whole records end. */
  readonly end: number;
  /**
   * Why they end there: `end` of the bytes, `torn` where a record begins that has not all of its bytes, `corrupt` where
   * one has but is not what was written.
   */
  readonly why: 'end' | 'torn' | 'corrupt';
}

/** The whole records in some bytes, `most` at most. Never loops, never reads beyond them. */
export function scan(bytes: Buffer, from = 0, most = Number.POSITIVE_INFINITY): Scan {
  const records: ScannedRecord[] = [];
  let at = from;
  while (at < bytes.length && records.length < most) {
    if (bytes.length - at < HEAD) return { records, end: at, why: 'torn' };
    const length = bytes.readUInt32BE(at);
    if (length < 2 || length > BODY_MAX) return { records, end: at, why: 'corrupt' };
    const end = at + HEAD + length;
    if (end > bytes.length) return { records, end: at, why: 'torn' };
    const body = bytes.subarray(at + HEAD, end);
    const topicEnd = 2 + body.readUInt16BE(0);
    if (crc32(body) !== bytes.readUInt32BE(at + 4) || topicEnd > body.length)
      return { records, end: at, why: 'corrupt' };
    records.push({ topic: body.toString('utf8', 2, topicEnd), payload: body.subarray(topicEnd), end });
    at = end;
  }
  return { records, end: at, why: 'end' };
}
