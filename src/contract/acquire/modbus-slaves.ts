import { z } from 'zod';
import { LineName, SensorCode } from './line-head.ts';

/** How many registers each type takes; of `bool` bits. */
export const TYPE_REGISTERS = {
  bool: 1,
  uint16: 1,
  int16: 1,
  uint32: 2,
  int32: 2,
  uint64: 4,
  int64: 4,
  float32: 2,
  float64: 4,
  bcd16: 1,
  bcd32: 2,
} as const;
export type RegisterType = keyof typeof TYPE_REGISTERS;
const TYPES = Object.keys(TYPE_REGISTERS) as [RegisterType, ...RegisterType[]];

/** Order of the bytes of a number over its registers: ABCD is the protocol's own, CDAB has its registers the other way round. */
export const ORDERS = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export type ByteOrder = (typeof ORDERS)[number];

const every = z
  .number()
  .min(0.1)
  .max(86_400)
  .describe('Seconds between two polls; on the clock: every 60 is at each full minute.');

const BITS = /^uint(16|32)$/;

const Point = z
  .strictObject({
    sensor: SensorCode,
    table: z
      .enum(['holding', 'input', 'coil', 'discrete'])
      .default('holding')
      .describe('Holding registers (function 3), input registers (4), coils (1) or discrete inputs (2).'),
    address: z
      .number()
      .int()
      .min(0)
      .max(65_535)
      .describe('As it goes over the wire, from 0: what a manual calls 40001 is `holding` 0.'),
    type: z
      .enum(TYPES)
      .optional()
      .describe(
        'Left out: `uint16` of a register, `bool` of a coil or discrete input. A 64-bit integer is refused above 2^53.',
      ),
    order: z
      .enum(ORDERS)
      .default('ABCD')
      .describe(
        'Order of bytes: ABCD as the protocol has it, CDAB with its registers, BADC with the bytes in them, DCBA with both turned round.',
      ),
    bits: z
      .tuple([z.number().int().min(0).max(31), z.number().int().min(0).max(31)])
      .optional()
      .describe('First and last bit of an unsigned integer, from 0, the lowest: only these are the number.'),
    scale: z
      .number()
      .refine((scale) => scale !== 0, 'must not be 0')
      .default(1)
      .describe("The raw number times this, plus `offset`, is the value in the sensor's unit."),
    offset: z.number().default(0).describe("In the sensor's unit."),
    noValue: z
      .array(z.number())
      .max(16)
      .default([])
      .describe('Raw numbers by which the device says that it has none: as a number, or as its bits (0x7FFF, 0x8000).'),
  })
  .superRefine(({ table, type, bits, address }, ctx) => {
    const say = (key: string, message: string): void => ctx.addIssue({ code: 'custom', path: [key], message });
    const isBit = table === 'coil' || table === 'discrete';
    const used = type ?? (isBit ? 'bool' : 'uint16');
    if (isBit !== (used === 'bool'))
      say('type', isBit ? `must be bool: a ${table} is one bit` : 'must not be bool: take `bits` of a register');
    if (address + TYPE_REGISTERS[used] > 65_536)
      say('address', `must leave room: ${used} has ${String(TYPE_REGISTERS[used])} registers`);
    if (bits === undefined) return;
    const width = Number(BITS.exec(used)?.[1] ?? 0);
    if (width === 0) say('bits', 'are of uint16 or uint32');
    else if (bits[0] > bits[1] || bits[1] >= width) say('bits', `must rise, and be ${String(width - 1)} at most`);
  })
  .transform(({ type, ...point }) => ({
    ...point,
    type: type ?? (point.table === 'coil' || point.table === 'discrete' ? ('bool' as const) : ('uint16' as const)),
  }));
export type ModbusPoint = z.infer<typeof Point>;

const slave = (unitMin: number, unitMax: number) =>
  z.strictObject({
    name: LineName.describe('Unique on its line.'),
    unit: z.number().int().min(unitMin).max(unitMax).describe('Its number on the bus.'),
    every,
    gapMost: z
      .number()
      .int()
      .min(0)
      .max(124)
      .default(8)
      .describe(
        'Registers nobody wants that are read along rather than asking twice. 0 where reading between is refused.',
      ),
    registersMost: z.number().int().min(4).max(125).default(125).describe('Most registers it gives at once.'),
    coilsMost: z
      .number()
      .int()
      .min(1)
      .max(2_000)
      .default(2_000)
      .describe('Most coils or discrete inputs it gives at once.'),
    points: z.array(Point).min(1).max(2_000).describe('What is read of it.'),
  });
export type ModbusSlave = z.infer<ReturnType<typeof slave>>;

/** Slaves whose numbers lie between these, both included. */
export const modbusSlaves = (unitMin: number, unitMax: number) =>
  z.array(slave(unitMin, unitMax)).min(1).max(500).describe('What hangs on it and speaks Modbus.');

const Channel = z
  .strictObject({
    channel: z.number().int().min(0).max(255).describe('Its number on the logger.'),
    frequency: SensorCode.optional().describe('Sensor of its frequency, Hz.'),
    temperature: SensorCode.optional().describe('Sensor of its temperature, °C.'),
    amplitude: SensorCode.optional().describe('Sensor of its amplitude, as the logger gives it.'),
  })
  .refine(
    ({ frequency, temperature, amplitude }) => [frequency, temperature, amplitude].some((code) => code !== undefined),
    { path: ['frequency'], error: 'needs a sensor: frequency, temperature or amplitude' },
  );

const Logger = z.strictObject({
  name: LineName.describe('Unique on its line.'),
  module: z.number().int().min(0).max(65_535).describe('Its number on the bus.'),
  every,
  statusGood: z
    .number()
    .int()
    .min(0)
    .max(15)
    .default(0)
    .describe('What its status says of a wire or thermistor that is in order; anything else makes the value bad.'),
  channels: z.array(Channel).min(1).max(256).describe('Its wires.'),
});
export type ModbusLogger = z.infer<typeof Logger>;

export const freesunLoggers = z
  .array(Logger)
  .min(1)
  .max(100)
  .describe('FreeSun vibrating-wire loggers: frames of their own, on the same bus as slaves.');
