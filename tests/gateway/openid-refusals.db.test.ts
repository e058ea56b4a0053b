import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { wanderer } from '../support/wanderer.ts';
import { openIdHouse } from './openid-house.ts';
import { PASSWORD } from './quick-account.ts';
import { testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const { app, clock, home, there, openId, linked, isBack, press, logIn, signIn, refusal, lastAudit } =
  await openIdHouse(database);
const NOT_BEGUN = '/#sign-in=openid/not-begun';

test('whom no account knows is refused, and told in this browser alone what to tell an administrator', async () => {
  const browser = wanderer();
  expect(refusal(await signIn(browser, 'stranger'))).toBe('/#sign-in=account/unknown-identity');
  expect(browser.cookie('127.0.0.1', 'tailwatch_session')).toBeUndefined();
  const cookie = `tailwatch_openid=${browser.cookie('127.0.0.1', 'tailwatch_openid') ?? ''}`;
  const identity = `${there.issuer} stranger`;
  const told = await app.inject({ url: '/api/oidc/unknown-identity', headers: { cookie } });
  expect(told.json()).toEqual({ identity });
  expect((await app.inject({ url: '/api/oidc/unknown-identity' })).statusCode).toBe(404);
  expect(await lastAudit()).toMatchObject({
    who: 'nobody',
    action: 'session/refused',
    facts: { account: null, by: 'oidc', why: 'account/unknown-identity', identity },
  });
  clock.advance(11 * MINUTE);
  expect((await app.inject({ url: '/api/oidc/unknown-identity', headers: { cookie } })).statusCode).toBe(404);
});

test('an account that is shut out stays out', async () => {
  const id = await linked('gone');
  await db
    .updateTable('account')
    .set({ disabled_at: new Date(clock.now()) })
    .where('id', '=', id)
    .execute();
  expect(refusal(await signIn(wanderer(), 'gone'))).toBe('/#sign-in=account/disabled');
  expect(await lastAudit()).toMatchObject({ facts: { account: 'gone', why: 'account/disabled' } });
});

test('who turns back at the provider is on the sign-in form again', async () => {
  const browser = wanderer();
  expect(refusal(await signIn(browser, ''))).toBe('/#sign-in=openid/denied');
  expect(await lastAudit()).toMatchObject({ action: 'session/refused', facts: { why: 'openid/denied' } });
});

test('a way back that was walked once opens nothing again, with the cookie of then neither', async () => {
  await linked('sun');
  const browser = wanderer();
  const back = await logIn(browser, 'sun');
  const cookie = browser.cookie('127.0.0.1', 'tailwatch_openid') ?? '';
  expect(refusal(await browser.get(back.href))).toBe('/');
  expect(refusal(await browser.get(back.href))).toBe(NOT_BEGUN);
  const thief = wanderer();
  thief.setCookie('127.0.0.1', 'tailwatch_openid', cookie);
  expect(refusal(await thief.get(back.href))).toBe(NOT_BEGUN);
  expect(await lastAudit()).toMatchObject({ facts: { why: 'openid/not-begun', reason: 'invalid_grant' } });
  expect(thief.cookie('127.0.0.1', 'tailwatch_session')).toBeUndefined();
});

test('a way back of another browser, an old one and an altered one open nothing', async () => {
  await linked('qian');
  const [one, other] = [wanderer(), wanderer()];
  const back = await logIn(one, 'qian');
  await press(other);
  expect(refusal(await other.get(back.href))).toBe(NOT_BEGUN);
  expect(refusal(await wanderer().get(back.href))).toBe(NOT_BEGUN);

  const cookie = one.cookie('127.0.0.1', 'tailwatch_openid') ?? '';
  const altered = wanderer();
  altered.setCookie(
    '127.0.0.1',
    'tailwatch_openid',
    `${cookie.slice(0, 40)}${cookie[40] === 'A' ? 'B' : 'A'}${cookie.slice(41)}`,
  );
  expect(refusal(await altered.get(back.href))).toBe(NOT_BEGUN);

  clock.advance(10 * MINUTE + 1);
  expect(refusal(await one.get(back.href))).toBe(NOT_BEGUN);
  expect(await lastAudit()).toMatchObject({
    action: 'session/refused',
    facts: { by: 'oidc', why: 'openid/not-begun' },
  });
});

test("a code that was stolen from another's way back does not fit what this browser set out with", async () => {
  await linked('feng');
  const [victim, thief] = [wanderer(), wanderer()];
  const stolen = (await logIn(victim, 'feng')).searchParams.get('code') ?? '';
  const own = await logIn(thief, 'nobody');
  own.searchParams.set('code', stolen);
  expect(refusal(await thief.get(own.href))).toBe(NOT_BEGUN);
  expect(thief.cookie('127.0.0.1', 'tailwatch_session')).toBeUndefined();
});

test.each(['', '?', '?code=1', '?state=', '?error=access_denied', '?code=%00&state=%00', '?state=a&state=b'])(
  'nonsense on the way back ends on the sign-in form: %j',
  async (query) => {
    const browser = wanderer();
    await press(browser);
    expect(refusal(await browser.get(`${home}/api/oidc/callback${query}`))).toBe(NOT_BEGUN);
  },
);

test.each(['error=%00%0A', 'error=weird', 'code=wrong', 'iss=https://elsewhere.example&code=1', ''])(
  'nonsense with the right state neither opens nor breaks anything: %j',
  async (rest) => {
    const browser = wanderer();
    const { searchParams } = new URL(
      (await browser.get(`${home}/api/oidc/start`, ({ origin }) => origin !== home)).url,
    );
    const state = searchParams.get('state') ?? '';
    const ended = refusal(await browser.get(`${home}/api/oidc/callback?state=${state}&${rest}`));
    expect(ended).toMatch(/^\/#sign-in=openid\/(not-begun|bad-answer)$/);
    expect(await lastAudit()).toMatchObject({ action: 'session/refused' });
  },
);

test('a provider that is away is said to be, at the start and in the middle, and is found again when it is back', async () => {
  await linked('wu', PASSWORD);
  const late = await testGateway(database, { publicUrl: new URL(home), openId });
  const start = async () => (await late.app.inject({ url: '/api/oidc/start' })).headers.location;
  const browser = wanderer();
  const back = await logIn(browser, 'wu');
  await there.away();
  expect(await start()).toBe('/#sign-in=openid/away');
  expect(await lastAudit()).toMatchObject({ action: 'session/refused', facts: { why: 'openid/away' } });
  expect(refusal(await browser.get(back.href))).toBe('/#sign-in=openid/away');
  const byPassword = await app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { name: 'wu', password: PASSWORD },
  });
  expect(byPassword.statusCode).toBe(200);
  await there.back();
  expect(await start()).toContain(there.issuer);
  expect(refusal(await signIn(browser, 'wu'))).toBe('/');
});

test('a secret that the provider does not know is refused in words', async () => {
  const wrong = await testGateway(database, {
    publicUrl: new URL(home),
    openId: { ...openId, clientSecret: 'not the secret' },
  });
  const browser = wanderer();
  const started = await wrong.app.inject({ url: '/api/oidc/start' });
  const { url } = await browser.get(started.headers.location ?? '');
  const back = (await browser.post(url.href, { login: 'wang' }, isBack)).url;
  const cookie = `tailwatch_openid=${started.cookies[0]?.value ?? ''}`;
  const ended = await wrong.app.inject({ url: back.pathname + back.search, headers: { cookie } });
  expect([ended.statusCode, ended.headers.location]).toEqual([302, '/#sign-in=openid/bad-answer']);
  expect(await lastAudit()).toMatchObject({
    facts: { why: 'openid/bad-answer', reason: 'it does not take OIDC_CLIENT_ID and OIDC_CLIENT_SECRET' },
  });
});

test('throttled too, it ends on the sign-in form', async () => {
  const strict = await testGateway(database, { publicUrl: new URL(home), openId, signInsPerMinute: 1 });
  await strict.app.inject({ url: '/api/oidc/callback' });
  const { statusCode, headers } = await strict.app.inject({ url: '/api/oidc/callback' });
  expect([statusCode, headers.location]).toEqual([302, '/#sign-in=session/too-many-attempts']);
});
