import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlantServer } from '../../../simulators/opcua/server.ts';
import type { PlantServer } from '../../../simulators/opcua/server.ts';
import { node, runLine } from './opcua-line.ts';

let server: PlantServer;
beforeAll(async () => {
  const nodes = [{ name: 'weir', value: 1.5 }];
  server = await startPlantServer({ port: 0, nodes, isSecure: true, users: { tailwatch: 'a password' } });
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const items = [{ sensor: 'weir', node: node('weir') }];
const user = { name: 'tailwatch', password: 'plc' };
const policy = 'Basic256Sha256';
const secure = (trusted: readonly string[] = []) => ({
  endpoint: server.endpoint,
  items,
  user,
  security: { policy, trusted },
});
const secrets = { plc: 'a password' };

/** What the server shows, as the refused line tells it. */
async function shown(trusted: readonly string[] = []): Promise<string> {
  await using line = await runLine(secure(trusted), { secrets });
  const { detail = '' } = await line.report(({ fault }) => fault === 'not-trusted', 'the certificate on record');
  expect(line.acquired).toEqual([]);
  return /SHA-256 ([\da-f]{64})/.exec(detail)?.[1] ?? '';
}

describe('trust', () => {
  it('is given by a person: a certificate that nobody approved is shown and gives nothing; approved, data flows', async () => {
    const fingerprint = await shown();
    await using line = await runLine(secure([fingerprint]), { secrets });
    await line.value('weir', ({ value }) => value === 1.5);
  }, 60_000);

  it('ends when the server shows another certificate, and both are told apart', async () => {
    const before = await shown();
    await using line = await runLine(secure([before]), { secrets });
    await line.value('weir', ({ value }) => value === 1.5);
    await server.start({ newCertificate: true });
    const { detail } = await line.report(({ fault }) => fault === 'not-trusted', 'the changed certificate');
    expect(detail).toContain('is not the approved one');
    const after = await shown([before]);
    expect(after).not.toBe(before);
    await using next = await runLine(secure([before, after]), { secrets });
    await next.value('weir', ({ value }) => value === 1.5);
  }, 90_000);
});

describe('what we are known by', () => {
  it('is made once, kept readable by us alone, and the same at the next start', async () => {
    const fingerprint = await shown();
    await using line = await runLine(secure([fingerprint]), { secrets });
    await line.value('weir', ({ value }) => value === 1.5);
    const file = path.join(line.folder, 'opcua-client.pem');
    const made = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await line.stop();
    await using again = await runLine(secure([fingerprint]), { secrets, folder: line.folder });
    await again.value('weir', ({ value }) => value === 1.5);
    expect(await readFile(file, 'utf8')).toBe(made);
  }, 60_000);

  it('a wrong password is told as such, and is never repeated', async () => {
    const fingerprint = await shown();
    const wrong = { plc: 'not the password' };
    await using line = await runLine(secure([fingerprint]), { secrets: wrong });
    const { detail } = await line.report(({ fault }) => fault === 'login-refused', 'the refused login');
    expect(JSON.stringify(line.reports)).not.toContain(wrong.plc);
    expect(detail).not.toBe('');
  }, 60_000);
});
