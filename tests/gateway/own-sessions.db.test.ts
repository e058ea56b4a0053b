import { expect, test } from 'vitest';
import type { OpenSession } from '../../src/contract/session.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import { createAccount } from '../../src/gateway/accounts.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';
import { PASSWORD, quickAccount } from './quick-account.ts';
import { openPage, signIn as newAccount, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database);
const { app, clock } = house;

const signIn = async (name: string, agent = 'a browser', password = PASSWORD): Promise<string> => {
  const headers = { 'user-agent': agent };
  const { cookies } = await app.inject({ method: 'POST', url: '/api/session', payload: { name, password }, headers });
  return `${cookies[0]?.name ?? ''}=${cookies[0]?.value ?? ''}`;
};
const ask = async (cookie: string, method: 'GET' | 'POST' = 'GET', url = '/api/session', payload?: object) => {
  const response = await app.inject({ method, url, headers: { cookie }, ...(payload !== undefined && { payload }) });
  const [renewed] = response.cookies;
  return {
    status: response.statusCode,
    code: response.body === '' ? undefined : response.json<{ code?: string }>().code,
    renewed: renewed === undefined ? null : `${renewed.name}=${renewed.value}`,
  };
};

test('the cookie is exchanged once a day; the one before dies two minutes after the new one was used', async () => {
  const first = await newAccount(house, database, 'daily');
  expect((await ask(first)).renewed).toBeNull();
  const useUntilNextDay = async () => {
    for (let i = 0; i < 3; i += 1) {
      clock.advance(8 * HOUR + MINUTE);
      if (i < 2) expect((await ask(first, 'GET', '/api/sites')).status).toBe(200);
    }
  };
  await useUntilNextDay();
  const { renewed: lost } = await ask(first);
  expect(lost).not.toBeNull();

  // That answer got lost on its way: the browser still has the first one, and is not signed out.
  clock.advance(HOUR);
  expect((await ask(first)).status).toBe(200);
  clock.advance(11 * HOUR);
  expect((await ask(first, 'GET', '/api/sites')).status).toBe(200);
  clock.advance(11 * HOUR);
  expect((await ask(first, 'GET', '/api/sites')).status).toBe(200);
  clock.advance(2 * HOUR);
  const { renewed: second } = await ask(first);
  expect(second).not.toBeNull();
  // What was exchanged and never arrived opens nothing any more.
  expect((await ask(lost ?? '')).status).toBe(401);

  expect((await ask(second ?? '')).status).toBe(200);
  clock.advance(MINUTE);
  expect((await ask(first)).status).toBe(200);
  clock.advance(MINUTE);
  expect((await ask(first)).status).toBe(401);
  expect((await ask(second ?? '')).status).toBe(200);
});

test('own sessions are listed, newest first; one is ended, or all the others, with their live pages', async () => {
  const old = await newAccount(house, database, 'roamer');
  clock.advance(MINUTE);
  const phone = await signIn('roamer', 'a telephone');
  clock.advance(MINUTE);
  const desk = await signIn('roamer', 'a desk');
  const foreign = await newAccount(house, database, 'somebody else');
  const list = async () =>
    (await app.inject({ url: '/api/session/all', headers: { cookie: desk } })).json<OpenSession[]>();
  const listed = await list();
  expect(listed.map(({ agent, current }) => [agent, current])).toEqual([
    ['a desk', true],
    ['a telephone', false],
    ['lightMyRequest', false],
  ]);

  const page = await openPage(house, phone);
  page.resume(null);
  const end = (cookie: string) => ask(cookie, 'POST', `/api/session/all/${listed[1]?.sessionId ?? ''}/end`);
  expect(await end(foreign)).toMatchObject({ status: 404, code: 'session/not-found' });
  expect((await end(desk)).status).toBe(204);
  expect(await page.closed).toBe(4401);
  expect((await ask(phone)).status).toBe(401);
  expect((await end(desk)).status).toBe(404);

  expect((await ask(desk, 'POST', '/api/session/end-others')).status).toBe(204);
  expect((await ask(old)).status).toBe(401);
  expect(await list()).toHaveLength(1);
  expect((await ask(foreign)).status).toBe(200);
});

test('with a first password nothing is open but choosing another; then the others are signed out', async () => {
  const grants = [{ role: 'operator', siteId: null }] as const;
  const { password } = await createAccount(db, { name: 'newcomer', grants, password: null }, clock.now());
  const [here, elsewhere] = [await signIn('newcomer', 'here', password), await signIn('newcomer', 'there', password)];
  const refused = { status: 403, code: 'session/password-change-required' };
  expect(await ask(here, 'GET', '/api/sites')).toMatchObject(refused);
  expect(await ask(here, 'POST', '/api/sites/pond/alarms/acknowledge', { target: 'x' })).toMatchObject(refused);
  await expect(openPage(house, here)).rejects.toThrow('403');
  const change = (present: string, next: string) =>
    ask(here, 'POST', '/api/session/password', { password: present, next });
  expect(await change(password, password)).toMatchObject({ status: 400, code: 'request/invalid' });
  expect(await change('wrong', 'a new one of my own')).toMatchObject({ status: 401, code: 'session/wrong-password' });
  const { status, renewed } = await change(password, 'a new one of my own');
  expect(status).toBe(204);
  expect((await ask(renewed ?? '', 'GET', '/api/sites')).status).toBe(200);
  expect((await ask(here)).status).toBe(401);
  expect((await ask(elsewhere)).status).toBe(401);
});

test('a password that is reset while somebody signs in with the old one leaves no session behind', async () => {
  const id = await quickAccount(database, { name: 'raced', grants: [] }, clock.now());
  // The reset is decided, and not yet stored, when the old password is found to be right.
  const signingIn = await db.transaction().execute(async (tx) => {
    await tx.updateTable('account').set({ password_hash: '$changed' }).where('id', '=', id).execute();
    const { password_hash: before } = await db
      .selectFrom('account')
      .select('password_hash')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(before).not.toBe('$changed');
    const asked = app.inject({ method: 'POST', url: '/api/session', payload: { name: 'raced', password: PASSWORD } });
    await waitsForTheAccount();
    return { asked };
  });
  const response = await signingIn.asked;
  expect([response.statusCode, response.json()]).toMatchObject([401, { code: 'session/wrong-password' }]);
  expect(await db.selectFrom('session').select('id').where('account_id', '=', id).execute()).toEqual([]);
});

async function waitsForTheAccount(): Promise<void> {
  await eventually(async () => {
    const { rows } = await database.pool.query<{ waiting: number }>(
      `select count(*)::int as waiting from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return (rows[0]?.waiting ?? 0) > 0;
  });
}

test('thirty days after it began a session is over, exchanged or not', async () => {
  let cookie = await newAccount(house, database, 'monthly');
  for (let hours = 11; hours < 30 * 24; hours += 11) {
    clock.advance(11 * HOUR);
    const { status, renewed } = await ask(cookie);
    expect(status).toBe(200);
    cookie = renewed ?? cookie;
  }
  clock.advance(DAY / 2);
  expect((await ask(cookie)).status).toBe(401);
});
