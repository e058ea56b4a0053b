import type { OpcUaLine } from '../../src/contract/acquire/opcua-config.ts';
import type { Protocol } from '../acquisition.ts';
import { opcUaLine } from './line.ts';

/** OPC UA. Loads a library of 160 MB resident: imported only where a line speaks it. */
export const opcUa: Protocol<OpcUaLine> = { line: (config, ports) => opcUaLine(config, ports) };
