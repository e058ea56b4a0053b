import type { AcquireLine } from '../../src/contract/acquire/acquire-config.ts';
import type { HeldValues } from './held-values.ts';
import { modbusField } from './modbus-field.ts';
import { opcUaField } from './opcua-field.ts';

interface FieldOptions {
  readonly lines: readonly AcquireLine[];
  /** By name of the line; those without one have no devices here. */
  readonly ports: ReadonlyMap<string, number>;
  readonly held: HeldValues;
  readonly say: (line: string) => void;
}

/**
 * Starts the devices at the other end of a site's lines: what the site reads, they hold. A line whose devices cannot be
 * simulated here is said once, and has none.
 */
export async function startField({ lines, ports, held, say }: FieldOptions): Promise<AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  for (const line of lines.toSorted((a, b) => Number(a.protocol === 'opcua') - Number(b.protocol === 'opcua'))) {
    const port = ports.get(line.name);
    if (port === undefined) continue;
    if (line.protocol === 'opcua') {
      const server = await opcUaField(line, port, held);
      if (server !== null) stack.use(server);
      say(
        server === null
          ? `${line.name}: no OPC UA server, for the package node-opcua is installed for development alone: what it measures is missing`
          : `${line.name}: an OPC UA server at port ${String(port)}`,
      );
    } else if (line.protocol !== 'mqtt' && line.protocol !== 'sl651' && line.protocol !== 'files') {
      for (const bus of await modbusField(line, port, held)) stack.use(bus);
      say(`${line.name}: ${line.protocol} at port ${String(port)}`);
    }
  }
  return stack;
}
