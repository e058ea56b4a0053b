import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, isFree } from '../../src/platform/free-port.ts';

test('the wanted port is given when it is free, another when it is taken', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await isFree(port)).toBe(false);
  const other = await freePort([port]);
  expect(other).not.toBe(port);
  await new Promise((resolve) => server.close(resolve));
  expect(await freePort([port])).toBe(port);
});
