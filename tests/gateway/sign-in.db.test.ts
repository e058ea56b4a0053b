import { expect, test } from 'vitest';
import { HOUR } from '../../src/core/time.ts';
import { createAccount } from '../../src/gateway/accounts.ts';
import { testDatabase } from '../support/test-database.ts';
import { PASSWORD } from './quick-account.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database);
const { app, clock } = house;
const grants = [{ role: 'operator', siteId: null }] as const;
const password = PASSWORD;
await createAccount(db, { name: 'operator', grants, password }, clock.now());
const signInAs = (payload: object) => app.inject({ method: 'POST', url: '/api/session', payload });

test('a password opens a session whose cookie no script and no other site can use', async () => {
  const response = await signInAs({ name: 'operator', password });
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({
    name: 'operator',
    kind: 'person',
    mustChangePassword: false,
    waitingRoles: [],
    permissions: { 'site/see': 'all', 'callout/answer': 'all' },
  });
  expect(response.cookies[0]).toMatchObject({
    name: 'tailwatch_session',
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
  });
});

test('an unknown name and a wrong password are told the same', async () => {
  const unknown = await signInAs({ name: 'nobody', password });
  const wrong = await signInAs({ name: 'operator', password: 'wrong' });
  expect(unknown.statusCode).toBe(401);
  expect([unknown.statusCode, unknown.body]).toEqual([wrong.statusCode, wrong.body]);
  expect(wrong.json()).toEqual({ code: 'session/wrong-password', title: 'the name or the password is wrong' });
});

test('neither the password nor the token is in the database', async () => {
  const cookie = (await signInAs({ name: 'operator', password })).cookies[0]?.value ?? '';
  const { rows } = await database.pool.query<{ text: string }>(
    'select account::text as text from account union all select session::text from session',
  );
  expect(rows.length).toBeGreaterThan(1);
  for (const { text } of rows) {
    expect(text).not.toContain(password);
    expect(text).not.toContain(cookie);
  }
  expect(rows[0]?.text).toContain('$argon2id$v=19$m=65536,t=3,p=4$');
});

test('a name is taken once', async () => {
  await expect(createAccount(db, { name: 'operator', grants, password: null }, clock.now())).rejects.toMatchObject({
    code: 'account/exists',
  });
});

test('signing out ends the session at once', async () => {
  const cookie = await signIn(house, database, 'leaver');
  const out = await app.inject({ method: 'DELETE', url: '/api/session', headers: { cookie } });
  expect(out.statusCode).toBe(204);
  expect((await app.inject({ url: '/api/session', headers: { cookie } })).statusCode).toBe(401);
});

test('a session ends twelve hours after its last use, and thirty days after its beginning however it is used', async () => {
  const cookie = await signIn(house, database, 'watcher');
  const ask = async () => (await app.inject({ url: '/api/session', headers: { cookie } })).statusCode;
  clock.advance(11 * HOUR);
  expect(await ask()).toBe(200);
  clock.advance(11 * HOUR);
  expect(await ask()).toBe(200);
  clock.advance(12 * HOUR);
  expect(await ask()).toBe(401);

  let daily = await signIn(house, database, 'daily');
  const askDaily = async () => {
    const { statusCode, cookies } = await app.inject({ url: '/api/session', headers: { cookie: daily } });
    // As a browser does: the token is exchanged from time to time.
    if (cookies[0] !== undefined) daily = `${cookies[0].name}=${cookies[0].value}`;
    return statusCode;
  };
  for (let hours = 10; hours < 30 * 24; hours += 10) {
    clock.advance(10 * HOUR);
    expect(await askDaily()).toBe(200);
  }
  clock.advance(10 * HOUR);
  expect(await askDaily()).toBe(401);
});

test.each([
  [{ name: 'operator' }, 'password'],
  [{ name: '', password: 'x' }, 'name'],
  [{ name: 'operator', password: 'x', admin: true }, 'admin'],
])('a fault in what was sent names its field: %j', async (payload, field) => {
  const response = await signInAs(payload);
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ code: 'request/invalid', field });
});

test.each([
  ['not JSON', '{"name":', 'application/json', 400, ['code', 'title', 'field']],
  ['another media type', 'name=operator', 'application/x-www-form-urlencoded', 400, ['code', 'title', 'field']],
  [
    'too large',
    JSON.stringify({ name: 'operator', password: 'x'.repeat(70_000) }),
    'application/json',
    413,
    ['code', 'title'],
  ],
])('a body that is %s is refused with a Problem', async (_what, payload, type, status, keys) => {
  const response = await app.inject({
    method: 'POST',
    url: '/api/session',
    payload,
    headers: { 'content-type': type },
  });
  expect(response.statusCode).toBe(status);
  expect(Object.keys(response.json<object>())).toEqual(keys);
});

test('an unknown address is a Problem too', async () => {
  const response = await app.inject({ url: '/api/nothing' });
  expect([response.statusCode, response.json()]).toEqual([
    404,
    { code: 'request/not-found', title: 'there is nothing under this address' },
  ]);
});

test('sign-ins from one address are throttled', async () => {
  const strict = await testGateway(database, { signInsPerMinute: 3 });
  const statuses: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const response = await strict.app.inject({
      method: 'POST',
      url: '/api/session',
      payload: { name: 'operator', password: 'wrong' },
    });
    statuses.push(response.statusCode);
  }
  expect(statuses).toEqual([401, 401, 401, 429, 429]);
  const last = await strict.app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { name: 'operator', password },
  });
  expect(last.json()).toMatchObject({ code: 'session/too-many-attempts' });
});
