import { dataLength, functionOf, requestPdu } from './request-frame.ts';
import type { Answer, ReadRequest } from './request-frame.ts';

const HEADER = 7;
/** Unit and what the protocol lets follow it. */
const LENGTH_MOST = 254;

/** A request of Modbus TCP: transaction, protocol 0, length, unit, then what is asked. */
export function tcpRequest(id: number, request: ReadRequest): Uint8Array {
  const pdu = requestPdu(request);
  return Uint8Array.from([id >> 8, id & 0xff, 0, 0, 0, pdu.length + 1, request.unit, ...pdu]);
}

/** The first frame of a stream of Modbus TCP. */
export type TcpFrame =
  | {
      readonly kind: 'frame';
      readonly id: number;
      readonly unit: number;
      readonly pdu: Uint8Array;
      readonly rest: Uint8Array;
    }
  /** Not all of it has come. */
  | { readonly kind: 'partial' }
  /** No frame can begin like this: where the next one begins, nobody knows any more. */
  | { readonly kind: 'lost' };

/** Cuts the first frame off what has come. */
export function nextTcpFrame(bytes: Uint8Array): TcpFrame {
  const byte = (at: number): number => bytes[at] ?? 0;
  if ((bytes.length > 2 && byte(2) !== 0) || (bytes.length > 3 && byte(3) !== 0)) return { kind: 'lost' };
  if (bytes.length < 6) return { kind: 'partial' };
  const length = (byte(4) << 8) | byte(5);
  if (length < 3 || length > LENGTH_MOST) return { kind: 'lost' };
  const end = 6 + length;
  if (bytes.length < end) return { kind: 'partial' };
  return {
    kind: 'frame',
    id: (byte(0) << 8) | byte(1),
    unit: byte(6),
    pdu: bytes.slice(HEADER, end),
    rest: bytes.subarray(end),
  };
}

/** What a frame answers to this request; undefined when it is no answer to it, whatever its number says. */
export function tcpAnswer(unit: number, pdu: Uint8Array, request: ReadRequest): Answer | undefined {
  const code = functionOf(request.table);
  const length = dataLength(request);
  if (unit !== request.unit) return undefined;
  if (pdu[0] === (code | 0x80) && pdu.length === 2) return { kind: 'exception', code: pdu[1] ?? 0 };
  const fits = pdu[0] === code && pdu[1] === length && pdu.length === 2 + length;
  return fits ? { kind: 'data', data: pdu.slice(2) } : undefined;
}
