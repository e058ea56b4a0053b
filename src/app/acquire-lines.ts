import type { Protocol } from '../../adapters/acquisition.ts';
import type { LineOf, ProtocolName } from '../contract/acquire/acquire-config.ts';

/** How each protocol is loaded: only when a line speaks it, for some weigh more than all the rest. */
export type Protocols = { readonly [P in ProtocolName]?: () => Promise<Protocol<LineOf<P>>> };

const modbus = async () => (await import('../../adapters/modbus/modbus-line.ts')).modbusProtocol();

/** One row per protocol. What has none yet is refused when its line is begun. */
export const PROTOCOLS: Protocols = {
  files: async () => (await import('../../adapters/files/line.ts')).files,
  mqtt: async () => (await import('../../adapters/mqtt/acquire-line.ts')).mqtt,
  opcua: async () => (await import('../../adapters/opcua/opcua.ts')).opcUa,
  sl651: async () => (await import('../../adapters/sl651/line.ts')).sl651,
  'modbus-tcp': modbus,
  'modbus-rtu': modbus,
  'rtu-over-tcp': modbus,
  'rtu-over-tcp-listen': modbus,
};
