/** What a slave holds. Undefined: it has no such place. Asked once for each place of a request, when it comes. */
export interface Memory {
  /** A whole number from 0 to 65535. */
  register(table: 'holding' | 'input', address: number): number | undefined;
  bit(table: 'coil' | 'discrete', address: number): boolean | undefined;
}

const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;
const REGISTERS_MOST = 125;
const BITS_MOST = 2_000;

const refusal = (code: number, why: number): Buffer => Buffer.from([code | 0x80, why]);

/** What a slave says to function and data of one request: it can be read and not written. */
export function reply(memory: Memory, request: Buffer): Buffer {
  const code = request.readUInt8(0);
  if (request.length !== 5 || code < 1 || code > 4) return refusal(code, ILLEGAL_FUNCTION);
  const [from, count] = [request.readUInt16BE(1), request.readUInt16BE(3)];
  const most = code < 3 ? BITS_MOST : REGISTERS_MOST;
  if (count < 1 || count > most) return refusal(code, ILLEGAL_VALUE);
  const places = Array.from({ length: count }, (_, i) => from + i);
  return code < 3
    ? bits(
        code,
        places.map((at) => memory.bit(code === 1 ? 'coil' : 'discrete', at)),
      )
    : registers(
        code,
        places.map((at) => memory.register(code === 3 ? 'holding' : 'input', at)),
      );
}

function registers(code: number, values: readonly (number | undefined)[]): Buffer {
  const data = Buffer.alloc(2 + 2 * values.length);
  data.writeUInt8(code, 0);
  data.writeUInt8(2 * values.length, 1);
  for (const [i, value] of values.entries()) {
    if (value === undefined) return refusal(code, ILLEGAL_ADDRESS);
    data.writeUInt16BE(value, 2 + 2 * i);
  }
  return data;
}

function bits(code: number, values: readonly (boolean | undefined)[]): Buffer {
  const length = Math.ceil(values.length / 8);
  const data = Buffer.alloc(2 + length);
  data.writeUInt8(code, 0);
  data.writeUInt8(length, 1);
  for (const [i, value] of values.entries()) {
    if (value === undefined) return refusal(code, ILLEGAL_ADDRESS);
    if (value) data.writeUInt8(data.readUInt8(2 + (i >> 3)) | (1 << (i & 7)), 2 + (i >> 3));
  }
  return data;
}
