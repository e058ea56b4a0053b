import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { HOUR } from '../../src/core/time.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { openPage, signIn, tcp, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database, { pulseEveryMs: 20 });
const cookie = await signIn(house, database);

const upgrade = (headers: Record<string, string>, origin?: string, path = '/live') =>
  new Promise<number>((resolve, reject) => {
    const socket = new WebSocket(house.url.replace('http', 'ws') + path, {
      headers,
      ...(origin !== undefined && { origin }),
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
    });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('error', reject);
  });

test('the live connection opens for a session from a page of ours, and for nothing else', async () => {
  expect(await upgrade({ cookie }, house.url)).toBe(101);
  expect(await upgrade({}, house.url)).toBe(401);
  expect(await upgrade({ cookie: 'tailwatch_session=guessed' }, house.url)).toBe(401);
  expect(await upgrade({ cookie }, 'http://evil.example')).toBe(403);
  expect(await upgrade({ cookie }, 'null')).toBe(403);
  expect(await upgrade({ cookie })).toBe(403);
  expect(await upgrade({ cookie }, house.url, '/other')).toBe(404);
});

test('a page that says something else than where to go on from is closed', async () => {
  const page = await openPage(house, cookie);
  page.socket.send('{"type":"subscribe"}');
  expect(await page.closed).toBe(1008);
});

test('a peer that answers no ping is dropped', async () => {
  // Both ends live in this process: long enough for an answer even when it is held up.
  const strict = await testGateway(database, { pingEveryMs: 1_000 });
  const page = await openPage(strict, cookie);
  page.resume(null);
  await eventually(() => page.messages.length > 0);
  tcp(page).pause();
  await eventually(() => strict.hub.stats().clients === 0);
});

test('signing out closes the pages of that session, with a code that says so', async () => {
  const leaving = await signIn(house, database, 'leaver');
  const page = await openPage(house, leaving);
  const staying = await openPage(house, cookie);
  page.resume(null);
  await house.app.inject({ method: 'DELETE', url: '/api/session', headers: { cookie: leaving } });
  expect(await page.closed).toBe(4401);
  expect(staying.isClosed()).toBe(false);
  staying.socket.terminate();
});

test('an open page uses its session, and is closed when that ends elsewhere', async () => {
  const strict = await testGateway(database, { checkEveryMs: 20 });
  const own = await signIn(strict, database, 'stayer');
  const page = await openPage(strict, own);
  page.resume(null);
  for (let hours = 0; hours < 24; hours += 8) {
    const before = strict.clock.advance(8 * HOUR);
    await eventually(async () => {
      const rows = await db.selectFrom('session').select('expires_at').execute();
      return rows.some(({ expires_at }) => expires_at.getTime() === before + 12 * HOUR);
    });
  }
  expect(page.isClosed()).toBe(false);
  await db
    .deleteFrom('session')
    .where('expires_at', '=', new Date(strict.clock.now() + 12 * HOUR))
    .execute();
  expect(await page.closed).toBe(4401);
});

test('a page that never resumes is closed', async () => {
  const page = await openPage(house, cookie);
  house.clock.advance(HOUR / 60);
  expect(await page.closed).toBe(1008);
});

test('a gateway that stops sends its pages away and is gone', async () => {
  const page = await openPage(house, cookie);
  page.resume(null);
  house.hub.close();
  expect(await page.closed).toBe(1001);
});
