import type { AcquireLine } from '../../src/contract/acquire/acquire-config.ts';
import type { HeldValues } from './held-values.ts';

type OpcUaLine = Extract<AcquireLine, { protocol: 'opcua' }>;

const LOOKS_EVERY_MS = 1_000;

/** The OPC UA server of one line. null where its package, which is one for development, is not installed. */
export async function opcUaField(line: OpcUaLine, port: number, held: HeldValues): Promise<AsyncDisposable | null> {
  if (!isInstalled()) return null;
  // It weighs more than everything else here together.
  const { startPlantServer } = await import('../opcua/server.ts');
  const nodes = line.items.map(({ sensor, node, scale, offset }) => {
    const name = node.replace(/^.*;s=/, '');
    return { name, sensor, raw: (value: number) => (value - offset) / scale };
  });
  const server = await startPlantServer({ port, nodes: nodes.map(({ name }) => ({ name, value: 0 })) });
  const told = new Map<string, number | undefined>();
  const look = (): void => {
    for (const { name, sensor, raw } of nodes) {
      const now = held.of(sensor, Date.now());
      if (told.has(sensor) && told.get(sensor) === now?.atMs) continue;
      told.set(sensor, now?.atMs);
      if (now === undefined) server.plant.set(name, 0, { status: 'BadNoCommunication' });
      else if (now.value === null) server.plant.set(name, 0, { status: 'BadSensorFailure', at: now.atMs });
      else server.plant.set(name, raw(now.value), { at: now.atMs });
    }
  };
  look();
  const looking = setInterval(look, LOOKS_EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      await server[Symbol.asyncDispose]();
    },
  };
}

function isInstalled(): boolean {
  try {
    return import.meta.resolve('node-opcua') !== '';
  } catch {
    return false;
  }
}
