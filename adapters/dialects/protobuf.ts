/** One field of a message as it lies on the wire. */
export interface WireField {
  readonly number: number;
  /** Of wire type 0, and the bits of types 1 and 5. */
  readonly bits: bigint;
  /** Of wire type 2; empty for the others. */
  readonly bytes: Uint8Array;
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;
const NONE = new Uint8Array();

/** The fields of a protobuf message in their order, or what is wrong with it in words. Groups, which nobody writes any more, are wrong. */
export function wireFields(message: Uint8Array): readonly WireField[] | string {
  const fields: WireField[] = [];
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at];
      if (byte === undefined) return undefined;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return undefined;
  };
  while (at < message.length) {
    const start = at;
    const key = varint();
    if (key === undefined) return `no field begins at byte ${String(start)}`;
    const [number, type] = [Number(key >> 3n), Number(key & 7n)];
    const broken = `field ${String(number)} at byte ${String(start)} is broken off`;
    if (number === 0) return `no field begins at byte ${String(start)}`;
    if (type === VARINT) {
      const bits = varint();
      if (bits === undefined) return broken;
      fields.push({ number, bits, bytes: NONE });
    } else if (type === FIXED64 || type === FIXED32) {
      const length = type === FIXED64 ? 8 : 4;
      if (at + length > message.length) return broken;
      const bits = type === FIXED64 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
      fields.push({ number, bits, bytes: NONE });
      at += length;
    } else if (type === DELIMITED) {
      const length = varint();
      if (length === undefined || length > BigInt(message.length - at)) return broken;
      fields.push({ number, bits: 0n, bytes: message.subarray(at, at + Number(length)) });
      at += Number(length);
    } else return `field ${String(number)} at byte ${String(start)} has the unknown wire type ${String(type)}`;
  }
  return fields;
}

const scratch = new DataView(new ArrayBuffer(8));

/** The number whose 32 bits these are. */
export function floatOf(bits: bigint): number {
  scratch.setUint32(0, Number(BigInt.asUintN(32, bits)));
  return scratch.getFloat32(0);
}

/** The number whose 64 bits these are. */
export function doubleOf(bits: bigint): number {
  scratch.setBigUint64(0, bits);
  return scratch.getFloat64(0);
}
