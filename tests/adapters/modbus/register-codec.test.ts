import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitValue, registerValue } from '../../../adapters/modbus/register-codec.ts';
import { ORDERS, TYPE_REGISTERS } from '../../../src/contract/acquire/modbus-slaves.ts';
import type { ModbusPoint } from '../../../src/contract/acquire/modbus-slaves.ts';

const point = (more: Partial<ModbusPoint>): ModbusPoint => ({
  sensor: 'level',
  table: 'holding',
  address: 0,
  type: 'uint16',
  order: 'ABCD',
  scale: 1,
  offset: 0,
  noValue: [],
  ...more,
});
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

type Row = readonly [story: string, hex: string, point: Partial<ModbusPoint>, value: number];
const rows: readonly Row[] = [
  ['an unsigned register', 'FF F6', {}, 65_526],
  ['a signed register', 'FF F6', { type: 'int16' }, -10],
  ['a register with its bytes turned round', '34 12', { order: 'BADC' }, 0x1234],
  ['32 bits as the protocol has them', '00 01 86 A0', { type: 'uint32' }, 100_000],
  ['32 bits, low register first', '86 A0 00 01', { type: 'uint32', order: 'CDAB' }, 100_000],
  ['32 bits, bytes turned round in each register', '01 00 A0 86', { type: 'uint32', order: 'BADC' }, 100_000],
  ['32 bits, low byte first', 'A0 86 01 00', { type: 'uint32', order: 'DCBA' }, 100_000],
  ['32 bits with a sign', 'FF FF FF FE', { type: 'int32' }, -2],
  ['64 bits', '00 00 00 01 00 00 00 00', { type: 'uint64' }, 4_294_967_296],
  ['64 bits, low register first', '00 05 00 00 00 00 00 00', { type: 'uint64', order: 'CDAB' }, 5],
  ['64 bits with a sign', 'FF FF FF FF FF FF FF FF', { type: 'int64' }, -1],
  ['a float', '41 C8 00 00', { type: 'float32' }, 25],
  ['a float, low register first', '00 00 41 C8', { type: 'float32', order: 'CDAB' }, 25],
  ['a long float', '40 39 00 00 00 00 00 00', { type: 'float64' }, 25],
  ['binary coded digits', '12 34', { type: 'bcd16' }, 1_234],
  ['eight binary coded digits', '12 34 56 78', { type: 'bcd32' }, 12_345_678],
  ['scale and offset', '00 FA', { scale: 0.1, offset: -40 }, -15],
  ['a few bits of a register', 'AB CD', { bits: [4, 11] }, 0xbc],
  ['the highest bit of two registers', '80 00 00 00', { type: 'uint32', bits: [31, 31] }, 1],
];
describe('a value in registers is', () => {
  it.each(rows)('%s', (_, hex, more, value) => {
    expect(registerValue(point(more), bytes(hex))).toMatchObject({ value, quality: 'good' });
  });
});

type BadRow = readonly [story: string, hex: string, point: Partial<ModbusPoint>, why: string];
const bad: readonly BadRow[] = [
  ['a number the device gives when it has none', '7F FF', { noValue: [0x7fff] }, 'sensor-fault'],
  ['one that is written as its bits', '80 00', { type: 'int16', noValue: [0x8000] }, 'sensor-fault'],
  ['one that is written as the number it is', '80 00', { type: 'int16', noValue: [-32_768] }, 'sensor-fault'],
  ['a float that stands for none', 'C6 1C 3C 00', { type: 'float32', noValue: [-9_999] }, 'sensor-fault'],
  ['a float that is no number', '7F C0 00 00', { type: 'float32' }, 'not-a-number'],
  ['an endless float', '7F 80 00 00', { type: 'float32' }, 'not-a-number'],
  ['digits that are none', '12 3A', { type: 'bcd16' }, 'not-a-number'],
  ['more than a number here can tell apart', '7F FF FF FF FF FF FF FF', { type: 'int64' }, 'over-range'],
  ['what its scale makes endless', '7F 7F FF FF', { type: 'float32', scale: 1e300 }, 'over-range'],
];
describe('there is no value in', () => {
  it.each(bad)('%s', (_, hex, more, why) => {
    expect(registerValue(point(more), bytes(hex))).toMatchObject({ value: null, quality: 'bad', why });
  });
});

it('a coil is 1 or 0, by its scale too', () => {
  expect(bitValue(point({ type: 'bool', table: 'coil' }), true)).toMatchObject({ value: 1, quality: 'good', raw: '1' });
  expect(bitValue(point({ type: 'bool', table: 'coil', scale: -1, offset: 1 }), true)).toMatchObject({ value: 0 });
});

it('every order is one of the bytes, and turning round twice gives the same', () => {
  const undone = { ABCD: 'ABCD', CDAB: 'CDAB', BADC: 'BADC', DCBA: 'DCBA' } as const;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(...ORDERS), (number, order) => {
      const straight = Uint8Array.from([number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255]);
      const of = (from: Uint8Array, how: ModbusPoint['order']) =>
        registerValue(point({ type: 'uint32', order: how }), from).value ?? 0;
      const once = of(straight, order);
      const again = Uint8Array.from([(once >>> 24) & 255, (once >>> 16) & 255, (once >>> 8) & 255, once & 255]);
      return of(again, undone[order]) === number;
    }),
  );
});

it('whatever the bytes are, there is a finite number or a reason', () => {
  const types = Object.keys(TYPE_REGISTERS) as ModbusPoint['type'][];
  fc.assert(
    fc.property(
      fc.constantFrom(...types),
      fc.constantFrom(...ORDERS),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      (type, order, all) => {
        const read = registerValue(point({ type, order }), all.subarray(0, 2 * TYPE_REGISTERS[type]));
        return read.value === null ? read.why !== undefined && read.quality === 'bad' : Number.isFinite(read.value);
      },
    ),
    { numRuns: 2_000 },
  );
});
