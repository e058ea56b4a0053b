import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/platform/database.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { NOW } from './pond.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();

/** A log that a test can read. */
function readableLog() {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, log: pino({ level: 'info' }, sink) };
}

test('what nobody foresaw is told without its text, and logged once', async () => {
  const { log, lines } = readableLog();
  const house = await testGateway(database, { log });
  const cookie = await signIn(house, database);
  await database.db
    .insertInto('callout')
    .values({
      id: '7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0001',
      site_id: (
        await database.db
          .insertInto('site')
          .values({ id: 'pond', name: '{"zh":"库","en":"pond"}' })
          .returning('id')
          .executeTakeFirstOrThrow()
      ).id,
      config_version: 1,
      policy: '{"contacts":[],"ladders":{}}',
      state: '{"runs":[],"answers":[],"covered":{},"attempts":[],"news":[],"phase":"calling"}',
      opened_at: new Date(NOW),
      due_at: null,
      ended_at: null,
    })
    .execute();
  const response = await house.app.inject({
    method: 'POST',
    url: '/api/callouts/7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0001/answer',
    headers: { cookie },
  });
  expect([response.statusCode, response.json()]).toEqual([
    500,
    { code: 'internal', title: 'something went wrong; it has been recorded' },
  ]);
  const failures = lines.filter((line) => line.includes('a request failed'));
  expect(failures).toHaveLength(1);
  expect(failures[0]).toContain('no desk');
});

test('a database that is away is a 503 with its name, the gateway lives on, and one line says so', async () => {
  const { log, lines } = readableLog();
  await using away = openDatabase('postgresql://nobody@127.0.0.1:1/nothing', { name: 'test' });
  const { app, follower } = await testGateway({ ...database, ...away }, { log });
  const response = await app.inject({ url: '/api/sites', headers: { cookie: 'tailwatch_session=any' } });
  expect([response.statusCode, response.json()]).toEqual([
    503,
    { code: 'database/away', title: 'the database cannot be reached' },
  ]);
  expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  expect((await app.inject({ url: '/readyz' })).json()).toEqual({
    ready: false,
    missing: ['database', 'broker', 'judge', 'alert'],
    carrier: { simulated: null, reachable: false, detail: 'the database cannot be reached', page: null },
    clock: { offsetMs: null, against: null, ok: true },
    auditor: expect.objectContaining({ standingIn: false }),
  });
  follower.wake();
  await eventually(() => lines.some((line) => line.includes('the logs cannot be read')));
  follower.wake();
  expect(lines.filter((line) => line.includes('"level":50'))).toHaveLength(1);
  expect(follower.following()).toBe(false);
});
