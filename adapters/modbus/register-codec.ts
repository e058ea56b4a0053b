import type { DeviceQuality, NotGood } from '../../src/core/acquired.ts';
import type { ModbusPoint } from '../../src/contract/acquire/modbus-slaves.ts';

/** What a point's bytes say. A number is finite; what is not good has none. */
export interface PointValue {
  readonly value: number | null;
  readonly quality: DeviceQuality;
  readonly why?: NotGood;
  /** The bytes as they came: `0x41C8 0x0000`. */
  readonly raw: string;
}

/** The value of a register point: `bytes` are its registers as they came. Total: what is no number is bad, with the reason. */
export function registerValue(point: ModbusPoint, bytes: Uint8Array): PointValue {
  const raw = rawWords(bytes);
  const ordered = inOrder(bytes, point.order);
  const read = numberIn(point, ordered);
  if (typeof read === 'string') return { value: null, quality: 'bad', why: read, raw };
  if (point.noValue.some((none) => none === read || isPattern(none, ordered)))
    return { value: null, quality: 'bad', why: 'sensor-fault', raw };
  return scaled(point, point.bits === undefined ? read : bitsOf(read, point.bits), raw);
}

/** The value of a coil or discrete input. */
export function bitValue(point: ModbusPoint, isOn: boolean): PointValue {
  const read = isOn ? 1 : 0;
  const raw = String(read);
  if (point.noValue.includes(read)) return { value: null, quality: 'bad', why: 'sensor-fault', raw };
  return scaled(point, read, raw);
}

function scaled({ scale, offset }: ModbusPoint, read: number, raw: string): PointValue {
  const value = read * scale + offset;
  return Number.isFinite(value)
    ? { value, quality: 'good', raw }
    : { value: null, quality: 'bad', why: 'over-range', raw };
}

function numberIn({ type }: ModbusPoint, bytes: Uint8Array): number | NotGood {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'bool':
    case 'uint16':
      return view.getUint16(0);
    case 'int16':
      return view.getInt16(0);
    case 'uint32':
      return view.getUint32(0);
    case 'int32':
      return view.getInt32(0);
    case 'uint64':
      return exact(view.getBigUint64(0));
    case 'int64':
      return exact(view.getBigInt64(0));
    case 'float32':
      return finite(view.getFloat32(0));
    case 'float64':
      return finite(view.getFloat64(0));
    case 'bcd16':
    case 'bcd32':
      return decimal(bytes);
  }
}

const finite = (value: number): number | NotGood => (Number.isFinite(value) ? value : 'not-a-number');

/** Above 2^53 neighbours become one number: such a counter would stand still and look healthy. */
function exact(value: bigint): number | NotGood {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : 'over-range';
}

function decimal(bytes: Uint8Array): number | NotGood {
  let value = 0;
  for (const byte of bytes) {
    const [high, low] = [byte >> 4, byte & 0x0f];
    if (high > 9 || low > 9) return 'not-a-number';
    value = value * 100 + high * 10 + low;
  }
  return value;
}

const bitsOf = (value: number, [first, last]: readonly [number, number]): number =>
  Math.floor(value / 2 ** first) % 2 ** (last - first + 1);

/** Whether a number, taken as bits, is what came: 0x8000 is -32768 of an int16. */
function isPattern(none: number, bytes: Uint8Array): boolean {
  if (!Number.isSafeInteger(none) || none < 0) return false;
  const came = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return BigInt(none) === came;
}

/** The bytes as the protocol would have them, highest first. */
function inOrder(bytes: Uint8Array, order: ModbusPoint['order']): Uint8Array {
  switch (order) {
    case 'ABCD':
      return bytes.slice();
    case 'DCBA':
      return bytes.toReversed();
    case 'BADC':
      return bytes.map((_, i) => bytes[i ^ 1] ?? 0);
    case 'CDAB':
      return bytes.map((_, i) => bytes[bytes.length - 2 - (i & ~1) + (i & 1)] ?? 0);
  }
}

function rawWords(bytes: Uint8Array): string {
  const words: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) {
    const word = ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
    words.push(`0x${word.toString(16).toUpperCase().padStart(4, '0')}`);
  }
  return words.join(' ');
}
