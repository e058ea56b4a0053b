import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { person, personasOf } from './personas.ts';
import { storePond } from './pond.ts';
import { testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database);
await storePond(db);
const SEES = [{ role: 'viewer', siteId: 'pond' }] as const;

/** Status of an upgrade; one that succeeds stays open. */
const upgrade = (headers: Readonly<Record<string, string>>) =>
  new Promise<{ readonly status: number; readonly socket: WebSocket }>((resolve, reject) => {
    const socket = new WebSocket(`${house.url.replace('http', 'ws')}/live`, { headers, origin: house.url });
    socket.on('unexpected-response', (_request, response) => {
      resolve({ status: response.statusCode ?? 0, socket });
    });
    socket.on('open', () => {
      resolve({ status: 101, socket });
    });
    socket.on('error', reject);
  });

test('one session opens thirty pages and no more; another one still opens its own', async () => {
  const headers = await (await person(db, 'many pages', SEES)).headers();
  const opened = await Promise.all(Array.from({ length: 30 }, () => upgrade(headers)));
  expect(opened.map(({ status }) => status)).toEqual(opened.map(() => 101));
  expect((await upgrade(headers)).status).toBe(503);
  const other = await upgrade(await (await person(db, 'one page', SEES)).headers());
  expect(other.status).toBe(101);
  for (const { socket } of [...opened, other]) socket.terminate();
});

test('who has to choose a password first sees nothing live', async () => {
  const drawn = await person(db, 'new', SEES, { mustChangePassword: true });
  expect((await upgrade(await drawn.headers())).status).toBe(403);
});

test('a program does not listen: its token opens no page, whatever it may read', async () => {
  const programs = (await personasOf(db, 'pond')).filter(({ kind }) => kind === 'token');
  expect(programs.length).toBeGreaterThan(0);
  for (const program of programs) expect((await upgrade(await program.headers())).status).toBe(401);
});

test('upgrades from one address are counted by the minute, whoever asks', async () => {
  house.clock.advance(2 * MINUTE);
  const refused: number[] = [];
  for (let i = 0; i < 30; i++) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => upgrade({})));
    refused.push(...answers.map(({ status }) => status));
  }
  expect(new Set(refused)).toEqual(new Set([401]));
  const headers = await (await person(db, 'late', SEES)).headers();
  expect((await upgrade(headers)).status).toBe(429);
  house.clock.advance(MINUTE);
  const { status, socket } = await upgrade(headers);
  expect(status).toBe(101);
  socket.terminate();
});
