import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { runAlert } from '../../src/app/alert.ts';
import { readSettings } from '../../src/platform/settings.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';

const { url, db } = await testDatabase();

/** A way to the database that can go deaf: connections stay, and nothing passes any more. */
async function deafWay() {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const { hostname, port } = new URL(url);
    const far = connect(Number(port), hostname);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const way = new URL(url);
  way.hostname = '127.0.0.1';
  way.port = String((server.address() as AddressInfo).port);
  return { url: way.href, deafen: () => sockets.forEach((socket) => socket.unpipe().pause()) };
}

test('a connection that goes deaf without a word ends the process that calls people, for a new one to begin', async () => {
  const way = await deafWay();
  const settings = readSettings({ DATABASE_URL: way.url, LOG_LEVEL: 'silent' });
  const running = runAlert(settings, new AbortController().signal, 1_000);
  const end = running.then(() => 'no fault', String);
  await eventually(async () => (await db.selectFrom('heartbeat').selectAll().execute()).length > 0);
  way.deafen();
  expect(await end).toContain('does not come to its end');
});
