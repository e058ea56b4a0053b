import type { AcquireLine } from '../../src/contract/acquire/acquire-config.ts';

type Slave = NonNullable<Extract<AcquireLine, { protocol: 'modbus-tcp' }>['slaves']>[number];
export type FieldPoint = Slave['points'][number];

/** What a slave without a value has there: a quiet NaN, or all bits set. */
const NONE = 0x7f_c0_00_00;

/**
 * The registers, highest first as they go over the wire, in which a device holds a value: its configuration turned round.
 * null is what it has in place of a value. Throws RangeError for a type that no device of the demo has.
 */
export function registersOf({ type, order, scale, offset, noValue }: FieldPoint, value: number | null): number[] {
  const raw = value === null ? null : (value - offset) / scale;
  const bytes = Buffer.alloc(type === 'uint16' || type === 'int16' ? 2 : 4);
  switch (type) {
    case 'float32':
      if (raw === null) bytes.writeUInt32BE(NONE);
      else bytes.writeFloatBE(raw);
      break;
    case 'uint16':
    case 'uint32':
      bytes.writeUIntBE(raw === null ? (noValue[0] ?? 0) : Math.max(0, Math.round(raw)), 0, bytes.length);
      break;
    case 'int16':
    case 'int32':
      bytes.writeIntBE(raw === null ? (noValue[0] ?? 0) : Math.round(raw), 0, bytes.length);
      break;
    default:
      throw new RangeError(`no simulated device has a ${type}`);
  }
  if (order === 'BADC' || order === 'DCBA') bytes.swap16();
  const words = Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(2 * i));
  return order === 'CDAB' || order === 'DCBA' ? words.toReversed() : words;
}
