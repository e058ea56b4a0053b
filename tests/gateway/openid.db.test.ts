import { TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { hashed, setPassword } from '../../src/gateway/accounts.ts';
import { testDatabase } from '../support/test-database.ts';
import { wanderer } from '../support/wanderer.ts';
import { openIdHouse } from './openid-house.ts';
import { PASSWORD } from './quick-account.ts';
import { testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const { app, clock, home, openId, linked, isBack, logIn, signIn, sessionOf, refusal, lastAudit } =
  await openIdHouse(database);

test('the sign-in form is told of the provider, and of none where there is none', async () => {
  const ways = await app.inject({ url: '/api/sign-in-ways' });
  expect(ways.json()).toEqual({
    password: true,
    oidc: { label: '矿山统一身份', start: `${home}/api/oidc/start` },
  });
  const plain = await testGateway(database);
  expect((await plain.app.inject({ url: '/api/sign-in-ways' })).json()).toEqual({ password: true, oidc: null });
  expect((await plain.app.inject({ url: '/api/oidc/start' })).statusCode).toBe(404);
});

test('whom an administrator has linked is signed in, with the cookie that no other site can use', async () => {
  await linked('wang');
  const browser = wanderer();
  const back = await logIn(browser, 'wang');
  const cookie = `tailwatch_openid=${browser.cookie('127.0.0.1', 'tailwatch_openid') ?? ''}`;
  const answer = await app.inject({ url: back.pathname + back.search, headers: { cookie } });
  expect([answer.statusCode, answer.headers.location, answer.headers['cache-control']]).toEqual([302, '/', 'no-store']);
  expect(answer.cookies).toMatchObject([
    { name: 'tailwatch_openid', value: '', path: '/api/oidc' },
    { name: 'tailwatch_session', httpOnly: true, sameSite: 'Strict', path: '/' },
  ]);
  const token = answer.cookies[1]?.value ?? '';
  browser.setCookie('127.0.0.1', 'tailwatch_session', token);
  expect(await sessionOf(browser)).toMatchObject({
    name: 'wang',
    kind: 'person',
    secondFactor: false,
    waitingRoles: ['engineer'],
  });
  expect(await lastAudit()).toMatchObject({
    who: 'wang',
    action: 'session/begin',
    facts: { by: 'oidc', secondFactor: false },
  });
});

test('what leaves for the provider proves that it left from here: state, nonce, PKCE, and a login each time', async () => {
  const started = await app.inject({ url: '/api/oidc/start' });
  const to = new URL(started.headers.location ?? '');
  const asked = Object.fromEntries(to.searchParams);
  expect(asked).toMatchObject({
    client_id: 'tailwatch',
    redirect_uri: `${home}/api/oidc/callback`,
    response_type: 'code',
    scope: 'openid',
    code_challenge_method: 'S256',
    prompt: 'login',
  });
  expect([asked['state']?.length, asked['nonce']?.length, asked['code_challenge']?.length]).toEqual([43, 43, 43]);
  expect(started.cookies).toMatchObject([
    { name: 'tailwatch_openid', httpOnly: true, sameSite: 'Lax', path: '/api/oidc', maxAge: 600 },
  ]);
  expect(started.cookies[0]?.value).not.toContain(asked['state'] ?? '');
});

test('a password that has yet to be changed keeps nobody out who did not use it', async () => {
  const id = await linked('li');
  await setPassword(db, id, await hashed(null));
  const browser = wanderer();
  expect(refusal(await signIn(browser, 'li'))).toBe('/');
  expect(await sessionOf(browser)).toMatchObject({ name: 'li', mustChangePassword: false });
});

test('the session that the browser had does not go on beside the new one', async () => {
  const id = await linked('zhao');
  const browser = wanderer();
  await signIn(browser, 'zhao');
  await signIn(browser, 'zhao');
  const open = await db.selectFrom('session').select('id').where('account_id', '=', id).execute();
  expect(open).toHaveLength(1);
});

test("the provider's second factor counts only where the setting says so", async () => {
  await linked('chen+otp');
  const browser = wanderer();
  await signIn(browser, 'chen+otp');
  expect(await sessionOf(browser)).toMatchObject({ secondFactor: false, waitingRoles: ['engineer'] });

  const trusting = await testGateway(database, {
    publicUrl: new URL(home),
    openId: { ...openId, secondFactorCounts: true },
  });
  for (const [login, secondFactor] of [
    ['chen+otp', true],
    ['wang', false],
  ] as const) {
    const started = await trusting.app.inject({ url: '/api/oidc/start' });
    const elsewhere = wanderer();
    const { url } = await elsewhere.get(started.headers.location ?? '');
    const back = (await elsewhere.post(url.href, { login }, isBack)).url;
    const cookie = `tailwatch_openid=${started.cookies[0]?.value ?? ''}`;
    const ended = await trusting.app.inject({ url: back.pathname + back.search, headers: { cookie } });
    elsewhere.setCookie('127.0.0.1', 'tailwatch_session', ended.cookies[1]?.value ?? '');
    expect(await sessionOf(elsewhere)).toMatchObject({ secondFactor, waitingRoles: secondFactor ? [] : ['engineer'] });
  }
});

test('our own second factor is proved after signing in there, once for each code, and the cookie is exchanged', async () => {
  await linked('zhou', PASSWORD);
  const browser = wanderer();
  await signIn(browser, 'zhou');
  const ask = (path: string, payload: object) => {
    const cookie = `tailwatch_session=${browser.cookie('127.0.0.1', 'tailwatch_session') ?? ''}`;
    return app.inject({ method: 'POST', url: `/api/session/second-factor${path}`, payload, headers: { cookie } });
  };
  const keep = ({ cookies }: Awaited<ReturnType<typeof ask>>) =>
    browser.setCookie('127.0.0.1', 'tailwatch_session', cookies[0]?.value ?? '');
  expect((await ask('/prove', { code: '123456' })).json()).toMatchObject({ code: 'second-factor/not-set-up' });
  const { key } = (await ask('', { password: PASSWORD })).json<{ key: string }>();
  const codeNow = () => new TOTP({ secret: key }).generate({ timestamp: clock.now() });
  // Drawn and not confirmed, it proves nothing yet.
  expect((await ask('/prove', { code: codeNow() })).statusCode).toBe(409);
  keep(await ask('/confirm', { code: codeNow() }));

  clock.advance(MINUTE);
  await signIn(browser, 'zhou');
  expect(await sessionOf(browser)).toMatchObject({ secondFactor: false, secondFactorSetUp: true });
  const before = browser.cookie('127.0.0.1', 'tailwatch_session');
  expect((await ask('/prove', { code: '000000' })).json()).toMatchObject({ code: 'second-factor/wrong-code' });
  const proved = await ask('/prove', { code: codeNow() });
  expect(proved.json()).toMatchObject({ name: 'zhou', secondFactor: true, waitingRoles: [] });
  expect(proved.cookies[0]?.value).not.toBe(before);
  expect(await sessionOf(browser)).toMatchObject({ code: 'session/required' });
  keep(proved);
  expect(await sessionOf(browser)).toMatchObject({ secondFactor: true });
  expect(await lastAudit()).toMatchObject({ who: 'zhou', action: 'second-factor/proved' });
  expect((await ask('/prove', { code: codeNow() })).json()).toMatchObject({ code: 'second-factor/wrong-code' });
  for (let tries = 0; tries < 4; tries += 1) await ask('/prove', { code: '000000' });
  expect((await ask('/prove', { code: codeNow() })).statusCode).toBe(429);
});
