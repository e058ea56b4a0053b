import { Secret, TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { instant } from '../../src/core/time.ts';
import { sealer } from '../../src/gateway/sealed.ts';
import { secondFactor } from '../../src/gateway/second-factor.ts';
import { testDatabase } from '../support/test-database.ts';
import { PASSWORD, quickAccount } from './quick-account.ts';
import { SECRET_KEY, testGateway } from './test-gateway.ts';
import { at, twoMines } from './two-mines.ts';

const database = await testDatabase();
const { db, app, clock, as } = await twoMines(database);
const STEP = 30_000;

const account = (name: string) => quickAccount(database, { name, grants: at(null, 'engineer', 'admin') }, clock.now());
const signIn = async (name: string, code?: string, asked = app) => {
  const payload = { name, password: PASSWORD, ...(code !== undefined && { code }) };
  const response = await asked.inject({ method: 'POST', url: '/api/session', payload });
  const [cookie] = response.cookies;
  const body = response.json<{ code?: string; permissions?: object; waitingRoles?: string[] }>();
  return { status: response.statusCode, body, cookie: `${cookie?.name ?? ''}=${cookie?.value ?? ''}` };
};
const codeOf = (key: string, offMs = 0): string =>
  new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: clock.now() + offMs });

/** Sets one up as its owner does; the clock is a step further, so that the next code is a new one. */
async function enrolled(name: string) {
  await account(name);
  const before = await signIn(name);
  const { key } = (await as(before.cookie)('POST /api/session/second-factor', { password: PASSWORD })).body as {
    key: string;
  };
  const confirmed = await app.inject({
    method: 'POST',
    url: '/api/session/second-factor/confirm',
    headers: { cookie: before.cookie },
    payload: { code: codeOf(key) },
  });
  clock.advance(STEP);
  const [cookie] = confirmed.cookies;
  return {
    key,
    before: before.cookie,
    after: `${cookie?.name ?? ''}=${cookie?.value ?? ''}`,
    recoveryCodes: confirmed.json<{ recoveryCodes: string[] }>().recoveryCodes,
  };
}

test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('the vectors of RFC 6238, appendix B: at %d s the code is %s', async (seconds, code) => {
  const id = await account(`vector ${code}`);
  const seal = sealer(SECRET_KEY, 'second factor');
  const factor = secondFactor(db, seal);
  const secret = Buffer.from('12345678901234567890');
  await db
    .updateTable('account')
    .set({ totp_sealed: seal.seal(secret) })
    .where('id', '=', id)
    .execute();
  const row = await db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  expect(await factor.take(row, '000000', instant(seconds * 1000))).toBe(false);
  expect(await factor.take(row, code, instant(seconds * 1000))).toBe(true);
});

test('an engineer and administrator looks, and does nothing more, until a second factor is proved', async () => {
  await account('dormant');
  const { body, cookie } = await signIn('dormant');
  expect(body).toMatchObject({ waitingRoles: ['admin', 'engineer'], permissions: { 'site/see': 'all' } });
  expect(Object.keys(body.permissions ?? {})).toEqual(['site/see']);
  expect((await as(cookie)('GET /api/people')).code).toBe('access/denied');
});

test('proving it raises the session under another cookie; whoever knew the one before is out', async () => {
  const { before, after, recoveryCodes } = await enrolled('proved');
  expect((await as(before)('GET /api/session')).status).toBe(401);
  expect((await as(after)('GET /api/session')).body).toMatchObject({ secondFactor: true, waitingRoles: [] });
  expect((await as(after)('GET /api/people')).status).toBe(200);
  expect(new Set(recoveryCodes).size).toBe(10);
});

test('from then on a code is asked for; it is taken once, and one step off is forgiven', async () => {
  const { key } = await enrolled('coded');
  expect((await signIn('coded')).body).toMatchObject({ code: 'session/code-required' });
  expect((await signIn('coded', '   ')).body).toMatchObject({ code: 'session/code-required' });
  expect((await signIn('coded', '000000')).body).toMatchObject({ code: 'second-factor/wrong-code' });
  const code = codeOf(key);
  expect((await signIn('coded', code)).status).toBe(200);
  expect((await signIn('coded', code)).body).toMatchObject({ code: 'second-factor/wrong-code' });
});

test('a telephone may be a step off, not two; what is older than a code that was taken counts no more', async () => {
  const { key } = await enrolled('late');
  const factor = secondFactor(db, sealer(SECRET_KEY, 'second factor'));
  const take = async (offMs: number) => {
    const row = await db.selectFrom('account').selectAll().where('name', '=', 'late').executeTakeFirstOrThrow();
    return factor.take(row, codeOf(key, offMs), clock.now());
  };
  clock.advance(4 * STEP);
  expect(await take(-2 * STEP)).toBe(false);
  expect(await take(2 * STEP)).toBe(false);
  expect(await take(-STEP)).toBe(true);
  expect(await take(STEP)).toBe(true);
  expect(await take(0)).toBe(false);
});

test('a code with spaces or in full-width digits is the same code', async () => {
  const { key } = await enrolled('typist');
  const spaced = codeOf(key).replace(/(...)/, ' $1 ');
  expect((await signIn('typist', spaced)).status).toBe(200);
  clock.advance(STEP);
  const wide = codeOf(key).replaceAll(/\d/g, (digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0));
  expect((await signIn('typist', wide)).status).toBe(200);
});

test('of two sign-ins at once with one code, one is let in', async () => {
  const { key, recoveryCodes } = await enrolled('twice');
  for (const code of [codeOf(key), recoveryCodes[0] ?? '']) {
    const both = await Promise.all([signIn('twice', code), signIn('twice', code)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
  }
});

test('a recovery code opens once, however it is typed', async () => {
  const { recoveryCodes } = await enrolled('lost');
  const [first = '', second = ''] = recoveryCodes;
  expect((await signIn('lost', first)).status).toBe(200);
  expect((await signIn('lost', first)).body).toMatchObject({ code: 'second-factor/wrong-code' });
  expect((await signIn('lost', ` ${second.toUpperCase()} `)).status).toBe(200);
  const stored = await db.selectFrom('recovery_code').select('code_hash').execute();
  expect(JSON.stringify(stored)).not.toContain(recoveryCodes[2]);
});

test('one that is set up is replaced only after it was removed, with password and code', async () => {
  const { key, after } = await enrolled('keeper');
  const owner = as(after);
  expect((await owner('POST /api/session/second-factor', { password: PASSWORD })).code).toBe('second-factor/set-up');
  expect((await owner('POST /api/session/second-factor/confirm', { code: codeOf(key) })).code).toBe(
    'second-factor/set-up',
  );
  const remove = 'POST /api/session/second-factor/remove';
  expect((await owner(remove, { password: 'wrong', code: codeOf(key) })).code).toBe('session/wrong-password');
  expect((await owner(remove, { password: PASSWORD, code: '000000' })).code).toBe('second-factor/wrong-code');
  expect((await owner(remove, { password: PASSWORD, code: codeOf(key) })).status).toBe(204);
  expect((await owner('GET /api/session')).status).toBe(401);
  expect((await signIn('keeper')).body).toMatchObject({ waitingRoles: ['admin', 'engineer'] });
});

test('a wrong first code sets nothing up', async () => {
  await account('hasty');
  const { cookie } = await signIn('hasty');
  expect((await as(cookie)('POST /api/session/second-factor/confirm', { code: '123456' })).code).toBe(
    'second-factor/wrong-code',
  );
  await as(cookie)('POST /api/session/second-factor', { password: PASSWORD });
  expect((await as(cookie)('POST /api/session/second-factor/confirm', { code: '000000' })).code).toBe(
    'second-factor/wrong-code',
  );
  expect((await signIn('hasty')).status).toBe(200);
});

test('without SECRET_KEY none is set up; with another one codes are not read, and recovery codes still open', async () => {
  const { key, recoveryCodes } = await enrolled('rekeyed');
  await account('keyless');
  const [without, other] = [
    await testGateway(database, { secretKey: null }),
    await testGateway(database, { secretKey: 'another key, as long as the first one was' }),
  ];
  without.clock.set(clock.now());
  other.clock.set(clock.now());
  const { cookie } = await signIn('keyless', undefined, without.app);
  const drawn = await without.app.inject({
    method: 'POST',
    url: '/api/session/second-factor',
    headers: { cookie },
    payload: { password: PASSWORD },
  });
  expect([drawn.statusCode, drawn.json()]).toMatchObject([409, { code: 'second-factor/no-key' }]);
  for (const [asked, recovery] of [
    [without.app, recoveryCodes[0]],
    [other.app, recoveryCodes[1]],
  ] as const) {
    expect((await signIn('rekeyed', codeOf(key), asked)).body).toMatchObject({ code: 'second-factor/no-key' });
    expect((await signIn('rekeyed', recovery, asked)).status).toBe(200);
  }
});
