import { withCrc } from './crc-codec.ts';
import { dataLength, functionOf, requestPdu } from './request-frame.ts';
import type { ReadRequest } from './request-frame.ts';
import type { Shape } from './shape-frame.ts';

const NO_LENGTHS: readonly number[] = [];
const REFUSAL = [5];

/** A request as it goes over a serial line: unit, what is asked, CRC. */
export const rtuRequest = (request: ReadRequest): Uint8Array => withCrc([request.unit, ...requestPdu(request)]);

/** What its answer looks like: unit, function and number of bytes. Nothing in it says which address it is about. */
export function rtuShape(request: ReadRequest): Shape {
  const { unit } = request;
  const code = functionOf(request.table);
  const length = dataLength(request);
  const lengths = [5 + length];
  return {
    device: `unit ${String(unit)}`,
    key: `${String(unit)} ${String(code)} ${String(length)}`,
    refusalKey: `${String(unit)} ${String(code)}`,
    lengths(bytes, at) {
      if (bytes[at] !== unit) return NO_LENGTHS;
      if (bytes[at + 1] === (code | 0x80)) return REFUSAL;
      return bytes[at + 1] === code && bytes[at + 2] === length ? lengths : NO_LENGTHS;
    },
    read: (frame) =>
      frame[1] === code ? { kind: 'data', data: frame.slice(3, -2) } : { kind: 'exception', code: frame[2] ?? 0 },
  };
}
