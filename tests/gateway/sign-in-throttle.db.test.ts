import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, plus } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { PASSWORD, quickAccount } from './quick-account.ts';
import { testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const { app, clock } = await testGateway(database);
await quickAccount(database, { name: 'duty', grants: [{ role: 'operator', siteId: null }] }, clock.now());
const attempt = async (password: string, remoteAddress = '10.0.0.1', name = 'duty') =>
  (await app.inject({ method: 'POST', url: '/api/session', payload: { name, password }, remoteAddress })).statusCode;
/** What an attacker would have tried, without the work of it. */
const refused = (count: number, address: string, name = 'duty') =>
  db
    .insertInto('sign_in_failure')
    .values(Array.from({ length: count }, (_, i) => ({ at: new Date(plus(clock.now(), -i)), name, address })))
    .execute();

test('after five slips the right password has to wait a minute too, and then opens and clears the slate', async () => {
  for (let i = 0; i < 5; i += 1) expect(await attempt('wrong')).toBe(401);
  expect(await attempt(PASSWORD)).toBe(429);
  clock.advance(59 * SECOND);
  expect(await attempt(PASSWORD)).toBe(429);
  clock.advance(SECOND);
  expect(await attempt(PASSWORD)).toBe(200);
  expect(await attempt('wrong')).toBe(401);
});

test('it holds through a restart, and is forgotten after half an hour', async () => {
  await refused(8, '10.0.0.9');
  expect(await attempt(PASSWORD, '10.0.0.9')).toBe(429);
  const restarted = await testGateway(database);
  restarted.clock.set(clock.now());
  const payload = { name: 'duty', password: PASSWORD };
  const asked = { method: 'POST', url: '/api/session', payload, remoteAddress: '10.0.0.9' } as const;
  expect((await restarted.app.inject(asked)).json()).toMatchObject({ code: 'session/too-many-attempts' });
  clock.advance(31 * MINUTE);
  expect(await attempt(PASSWORD, '10.0.0.9')).toBe(200);
});

test('whoever attacks from afar does not lock out who signs in where they always do', async () => {
  expect(await attempt(PASSWORD, '10.0.0.1')).toBe(200);
  clock.advance(2 * DAY);
  await refused(2_000, '203.0.113.7');
  expect(await attempt(PASSWORD, '10.0.0.1')).toBe(200);
  // From elsewhere nobody knows them from the attacker.
  expect(await attempt(PASSWORD, '10.0.0.77')).toBe(429);
  expect(await attempt(PASSWORD, '203.0.113.7')).toBe(429);

  // Their own slips cost them their own wait: the attacker's tries do not prolong it.
  for (let i = 0; i < 5; i += 1) expect(await attempt('wrong', '10.0.0.1')).toBe(401);
  clock.advance(MINUTE);
  await refused(500, '203.0.113.7');
  expect(await attempt(PASSWORD, '10.0.0.1')).toBe(200);
});

test('an address that tries one name after the other waits, and others do not', async () => {
  clock.advance(HOUR);
  for (let i = 0; i < 30; i += 1) await refused(1, '10.0.0.50', `name ${String(i)}`);
  expect(await attempt(PASSWORD, '10.0.0.50')).toBe(429);
  expect(await attempt(PASSWORD, '10.0.0.51')).toBe(200);
});

test('an address where somebody has not been for three months is none of theirs', async () => {
  await attempt(PASSWORD, '10.0.0.60');
  clock.advance(91 * DAY);
  await refused(100, '203.0.113.7');
  expect(await attempt(PASSWORD, '10.0.0.60')).toBe(429);
});

test('what was typed as a name stands in no audit unless it is one', async () => {
  await attempt('wrong', '10.0.0.70', 'my password by mistake');
  const rows = await db.selectFrom('audit').select('facts').where('action', '=', 'session/refused').execute();
  expect(rows.length).toBeGreaterThan(1);
  expect(JSON.stringify(rows)).not.toContain('by mistake');
});
