import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startPlantServer } from '../../simulators/opcua/server.ts';
import type { PlantServer } from '../../simulators/opcua/server.ts';
import { browseCommand } from '../../src/cli/browse.ts';
import { AcquireConfig } from '../../src/contract/acquire/acquire-config.ts';
import { hasCode } from '../../src/core/errors.ts';

let server: PlantServer;
beforeAll(async () => {
  server = await startPlantServer({
    port: 0,
    isSecure: true,
    users: { tailwatch: 'a password' },
    nodes: [
      { name: 'Weir.Level', value: 0.42 },
      { name: 'Beach Length', type: 'Float', value: 120.25 },
      { name: 'Note', type: 'String', value: 'no number' },
    ],
  });
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function browsed(options: Record<string, string>, env: Record<string, string> = {}): Promise<string> {
  const printed: string[] = [];
  const { signal } = new AbortController();
  await browseCommand([server.endpoint], options, { env, signal, print: (text) => void printed.push(text) });
  return printed.join('\n');
}

describe('tailwatch browse', () => {
  it('prints what the server shows, and signs in nowhere before a person has compared it', async () => {
    const told = await browsed({ policy: 'Basic256Sha256', user: 'tailwatch' });
    expect(told).toMatch(/Basic256Sha256, sign-and-encrypt, SHA-256 [\da-f]{64}/);
    expect(told).not.toContain('acquire:');
  }, 60_000);

  it('prints a section that can be applied as it is', async () => {
    const shown = /SHA-256 ([\da-f]{64})/.exec(await browsed({ policy: 'Basic256Sha256' }))?.[1] ?? '';
    const options = { policy: 'Basic256Sha256', trust: shown, user: 'tailwatch' };
    const told = await browsed(options, { OPCUA_PASSWORD: 'a password' });
    const { acquire } = parse(told) as { acquire: unknown };
    expect(AcquireConfig.parse(acquire)).toMatchObject([
      {
        endpoint: server.endpoint,
        security: { trusted: [shown] },
        items: [
          { sensor: 'weir-level', node: 'nsu=http://dam.example/plc;s=Weir.Level' },
          { sensor: 'beach-length', node: 'nsu=http://dam.example/plc;s=Beach Length' },
        ],
      },
    ]);
    expect(told).not.toContain('a password');
  }, 60_000);

  it('says why it could not', async () => {
    await expect(browsed({})).rejects.toSatisfy((error) => hasCode(error, 'adapter/not-connected'));
    await expect(browsed({ policy: 'Basic256' })).rejects.toSatisfy((error) => hasCode(error, 'config/setting'));
  }, 60_000);
});
