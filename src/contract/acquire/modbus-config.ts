import { z } from 'zod';
import { lineHead } from './line-head.ts';
import type { LineSensor } from './line-head.ts';

/** A line to a bus or gateway that speaks Modbus. */
export const ModbusLine = z.strictObject({
  ...lineHead,
  protocol: z.literal('modbus'),
});
type ModbusLine = z.infer<typeof ModbusLine>;

/** What it reports, each with its place in the line. */
export const sensorsOfModbusLine = (_line: ModbusLine): readonly LineSensor[] => [];
