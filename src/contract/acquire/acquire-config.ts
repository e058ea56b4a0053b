import { z } from 'zod';
import { FilesLine, sensorsOfFilesLine } from './files-config.ts';
import type { LineSensor } from './line-head.ts';
import { ModbusLine, sensorsOfModbusLine } from './modbus-config.ts';
import { MqttLine, sensorsOfMqttLine } from './mqtt-config.ts';
import { OpcUaLine, sensorsOfOpcUaLine } from './opcua-config.ts';
import { Sl651Line, sensorsOfSl651Line } from './sl651-config.ts';

/**
 * Any line. Another protocol is a file beside this one that spreads `lineHead` into its schema and says which sensors
 * it reports, a member here and in `sensorsOfLine`, and a row in `src/app/acquire-lines.ts`.
 */
export const AcquireLine = z.discriminatedUnion('protocol', [ModbusLine, OpcUaLine, MqttLine, Sl651Line, FilesLine]);
export type AcquireLine = z.infer<typeof AcquireLine>;
export type ProtocolName = AcquireLine['protocol'];
export type LineOf<P extends ProtocolName> = Extract<AcquireLine, { protocol: P }>;

/** Protocols that have an instrument measure when they are asked. A file is only waited for. */
export const MEASURING: ReadonlySet<ProtocolName> = new Set<ProtocolName>([
  'modbus-tcp',
  'modbus-rtu',
  'rtu-over-tcp',
  'rtu-over-tcp-listen',
  'opcua',
  'mqtt',
  'sl651',
]);
/** Protocols whose messages say of what they are: what is pasted can be decoded without the question it answers. */
export const PASTED: ReadonlySet<ProtocolName> = new Set<ProtocolName>(['mqtt', 'sl651', 'files']);

export const AcquireConfig = z
  .array(AcquireLine)
  .max(1_000)
  .describe('Lines to instruments that do not publish to the broker themselves: each one connection or listener.');

/** What a line reports, each with its place in the line. A code that stands twice in it is a fault. */
export function sensorsOfLine(line: AcquireLine): readonly LineSensor[] {
  switch (line.protocol) {
    case 'modbus-tcp':
    case 'modbus-rtu':
    case 'rtu-over-tcp':
    case 'rtu-over-tcp-listen':
      return sensorsOfModbusLine(line);
    case 'opcua':
      return sensorsOfOpcUaLine(line);
    case 'mqtt':
      return sensorsOfMqttLine(line);
    case 'sl651':
      return sensorsOfSl651Line(line);
    case 'files':
      return sensorsOfFilesLine(line);
  }
}
