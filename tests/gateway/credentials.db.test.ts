import { expect, test } from 'vitest';
import type { CredentialView } from '../../src/contract/people.ts';
import { DAY, MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { openPage, testGateway } from './test-gateway.ts';
import { at, twoMines } from './two-mines.ts';

const database = await testDatabase();
const mines = await twoMines(database);
const { db, app, clock, as, signedIn, lastAudit, gateway } = mines;
const house = as(await signedIn('house', at(null, 'admin', 'engineer')));
const north = as(await signedIn('north', at('north', 'admin')));
const refused = (status: number, code: string) => expect.objectContaining({ status, code }) as unknown;

const make = async (payload: object, asked = house): Promise<{ credentialId: string; secret: string }> => {
  const { status, body } = await asked('POST /api/credentials', payload);
  expect(status).toBe(201);
  return body as { credentialId: string; secret: string };
};
const token = (change: object) => ({
  kind: 'token',
  name: 'report',
  siteIds: ['north'],
  scopes: ['site/see'],
  days: 30,
  ...change,
});
const kiosk = (change: object) => ({ kind: 'kiosk', name: 'wall', siteIds: ['north'], days: null, ...change });
const asProgram = (secret: string) => async (request: string, payload?: object) => {
  const [method, url = ''] = request.split(' ');
  const headers = { authorization: `Bearer ${secret}` };
  const response = await app.inject({
    method: method as 'GET',
    url,
    headers,
    ...(payload !== undefined && { payload }),
  });
  return { status: response.statusCode, code: response.json<{ code?: string }>().code };
};
const connect = (secret: string, cookie = '') =>
  app.inject({ method: 'POST', url: '/api/session/kiosk', payload: { token: secret }, headers: { cookie } });
const cookieOf = ({ cookies }: Awaited<ReturnType<typeof connect>>): string =>
  `${cookies[0]?.name ?? ''}=${cookies[0]?.value ?? ''}`;

test('a token opens its sites with its scopes, and nothing else', async () => {
  const { secret } = await make(token({}));
  expect(secret).toMatch(/^tw_[\w-]{43}$/);
  const program = asProgram(secret);
  expect((await program('GET /api/sites/north/overview')).status).toBe(200);
  expect(await program('GET /api/sites/south/overview')).toEqual({ status: 404, code: 'site/not-found' });
  const work = { point: 'p1', reason: 'cleaning', minutes: 5 };
  expect(await program('POST /api/sites/north/maintenance', work)).toEqual({ status: 403, code: 'access/denied' });
  expect(await program('GET /api/people')).toEqual({ status: 403, code: 'access/denied' });
  expect(await program('POST /api/session/end-others')).toEqual({ status: 403, code: 'access/denied' });
});

test('a token never answers or releases a callout, whatever its scopes', async () => {
  const everything = token({
    siteIds: null,
    scopes: ['site/see', 'maintenance/manage', 'quarantine/replay', 'audit/read'],
  });
  const program = asProgram((await make(everything)).secret);
  const id = '00000000-0000-4000-8000-000000000000';
  expect(await program(`POST /api/callouts/${id}/answer`)).toEqual({ status: 403, code: 'access/denied' });
  expect(await program(`POST /api/callouts/${id}/release`, { note: 'seen' })).toEqual({
    status: 403,
    code: 'access/denied',
  });
  for (const scope of ['callout/answer', 'people/manage', 'proposal/decide'])
    expect(await house('POST /api/credentials', token({ scopes: [scope] }))).toEqual(refused(400, 'request/invalid'));
  // Not even where somebody wrote it into the table: what a program is asked for is what a program may be given.
  await db
    .updateTable('credential')
    .set({ scopes: ['callout/answer'] })
    .where('name', '=', 'report')
    .execute();
  expect(await program(`POST /api/callouts/${id}/answer`)).toEqual({ status: 403, code: 'access/denied' });
});

test('a token is over at once when it is revoked', async () => {
  const { secret, credentialId } = await make(token({ name: 'revoked' }));
  expect((await asProgram(secret)('GET /api/sites/north/overview')).status).toBe(200);
  expect((await house(`POST /api/credentials/${credentialId}/revoke`)).status).toBe(204);
  expect(await asProgram(secret)('GET /api/sites/north/overview')).toEqual({ status: 401, code: 'session/required' });
  expect(await lastAudit()).toMatchObject({ who: 'house', action: 'credential/revoked', site_id: 'north' });
});

test.each([
  ['a token without an end', token({ days: null })],
  ['a token for longer than a year', token({ days: 367 })],
  ['a token without a scope', token({ scopes: [] })],
  ['no site at all', kiosk({ siteIds: [] })],
  ['a kiosk with scopes', kiosk({ scopes: ['site/see'] })],
  ['a name of blanks', kiosk({ name: '  ' })],
])('%s is refused', async (_what, payload) => {
  expect(await house('POST /api/credentials', payload)).toEqual(refused(400, 'request/invalid'));
});

test('a credential for a site that is none is refused', async () => {
  expect(await house('POST /api/credentials', kiosk({ siteIds: ['west'] }))).toEqual(refused(404, 'site/not-found'));
});

test('the secret is shown once and stands nowhere; what was made and revoked stays on record', async () => {
  const { secret, credentialId } = await make(kiosk({ name: 'recorded' }));
  expect(await lastAudit()).toMatchObject({
    action: 'credential/made',
    site_id: 'north',
    facts: { kind: 'kiosk', name: 'recorded' },
  });
  await house(`POST /api/credentials/${credentialId}/revoke`);
  await house(`POST /api/credentials/${credentialId}/revoke`);
  const listed = (await house('GET /api/credentials')).body as CredentialView[];
  expect(listed.find((each) => each.credentialId === credentialId)).toMatchObject({
    kind: 'kiosk',
    name: 'recorded',
    siteIds: ['north'],
    createdBy: 'house',
    expiresAt: null,
    revokedAt: clock.now(),
    revokedBy: 'house',
  });
  const { rows } = await database.pool.query<{ text: string }>(
    'select credential::text as text from credential union all select audit::text from audit',
  );
  for (const { text } of rows) expect(text).not.toContain(secret);
});

test('the administrator of one mine makes and revokes what is of that mine, with no more than they may do', async () => {
  const denied = refused(403, 'access/denied');
  for (const siteIds of [null, ['south'], ['north', 'south']]) {
    expect(await north('POST /api/credentials', kiosk({ siteIds }))).toEqual(denied);
    expect(await north('POST /api/credentials', token({ siteIds }))).toEqual(denied);
    const { credentialId } = await make(kiosk({ siteIds, name: 'foreign' }));
    expect(await north(`POST /api/credentials/${credentialId}/revoke`)).toEqual(refused(404, 'credential/not-found'));
  }
  // An administrator who is no operator gives no program an operator's work.
  expect(await north('POST /api/credentials', token({ scopes: ['maintenance/manage'] }))).toEqual(denied);
  expect((await north('POST /api/credentials', token({ scopes: ['audit/read'] }))).status).toBe(201);
  const { body } = await north('POST /api/credentials', kiosk({ name: 'own' }));
  const { credentialId } = body as { credentialId: string };
  const listed = (await north('GET /api/credentials')).body as CredentialView[];
  expect(listed.map(({ name }) => name)).not.toContain('foreign');
  expect(listed.map(({ name }) => name)).toContain('own');
  expect((await north(`POST /api/credentials/${credentialId}/revoke`)).status).toBe(204);
});

test('a screen on a wall sees its site and does nothing; revoking it closes its page at once', async () => {
  const { secret, credentialId } = await make(kiosk({}));
  expect(secret).toMatch(/^twk_[\w-]{43}$/);
  const connected = await connect(` ${secret}\n`);
  expect(connected.json()).toMatchObject({ kind: 'kiosk', name: 'kiosk:wall', permissions: { 'site/see': ['north'] } });
  expect(connected.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Strict', maxAge: (400 * DAY) / 1000 });
  const cookie = cookieOf(connected);
  const screen = as(cookie);
  expect((await screen('GET /api/sites')).body).toMatchObject([{ siteId: 'north' }]);
  expect((await screen('GET /api/sites/south/overview')).status).toBe(404);
  const id = '00000000-0000-4000-8000-000000000000';
  for (const act of [
    `POST /api/callouts/${id}/answer`,
    'POST /api/sites/north/alarms/acknowledge',
    'DELETE /api/session',
  ])
    expect(await screen(act, {})).toEqual(refused(403, 'access/denied'));
  const page = await openPage(gateway, cookie);
  page.resume(null);
  expect((await house(`POST /api/credentials/${credentialId}/revoke`)).status).toBe(204);
  expect(await page.closed).toBe(4401);
  expect((await screen('GET /api/session')).status).toBe(401);
  expect((await connect(secret)).json()).toMatchObject({ code: 'kiosk/wrong-token' });
});

test("a program's token is no screen's, nor a screen's a program's, and a guess is neither", async () => {
  const [program, screen] = [await make(token({})), await make(kiosk({}))];
  expect((await asProgram(screen.secret)('GET /api/sites')).status).toBe(401);
  for (const wrong of [program.secret, 'twk_guessed', `${screen.secret}x`]) {
    const answer = await connect(wrong);
    expect([answer.statusCode, answer.json()]).toMatchObject([401, { code: 'kiosk/wrong-token' }]);
    expect(answer.cookies).toEqual([]);
  }
  expect(await lastAudit()).toMatchObject({ who: 'nobody', action: 'session/refused', facts: { kiosk: true } });
  const strict = await testGateway(database, { signInsPerMinute: 2 });
  const tries: number[] = [];
  for (let i = 0; i < 3; i += 1)
    tries.push(
      (await strict.app.inject({ method: 'POST', url: '/api/session/kiosk', payload: { token: 'twk_guessed' } }))
        .statusCode,
    );
  expect(tries).toEqual([401, 401, 429]);
});

test('a screen takes the place of whoever was signed in there, and the other way round', async () => {
  const { secret } = await make(kiosk({ name: 'replacing' }));
  const person = await signedIn('was here', at('north', 'viewer'));
  const page = await openPage(gateway, person);
  page.resume(null);
  const screen = cookieOf(await connect(secret, person));
  expect(await page.closed).toBe(4401);
  expect((await as(person)('GET /api/session')).status).toBe(401);
  const again = cookieOf(await connect(secret, screen));
  expect((await as(screen)('GET /api/session')).status).toBe(401);
  expect((await as(again)('GET /api/session')).status).toBe(200);
});

test('a token is over on its day', async () => {
  const { secret } = await make(token({ days: 1 }));
  clock.advance(DAY - MINUTE);
  expect((await asProgram(secret)('GET /api/sites/north/overview')).status).toBe(200);
  clock.advance(MINUTE);
  expect(await asProgram(secret)('GET /api/sites/north/overview')).toEqual({ status: 401, code: 'session/required' });
});

test('a screen stays signed in for years with a page load now and then, through a restart of the gateway', async () => {
  const { secret } = await make(
    kiosk({ name: 'patient' }),
    as(await signedIn('house of that year', at(null, 'admin'))),
  );
  let cookie = cookieOf(await connect(secret));
  const load = async (asked: typeof app) => {
    const response = await asked.inject({ url: '/api/session', headers: { cookie } });
    // As a browser does, which forgets a cookie after 400 days at most.
    expect(response.cookies[0]).toMatchObject({ maxAge: (400 * DAY) / 1000 });
    cookie = cookieOf(response);
    return response.json<{ name?: string }>().name;
  };
  for (let days = 0; days < 800; days += 90) {
    clock.advance(90 * DAY);
    expect(await load(app)).toBe('kiosk:patient');
  }
  const restarted = await testGateway(database);
  restarted.clock.set(clock.now());
  expect(await load(restarted.app)).toBe('kiosk:patient');
  // What a screen without a memory leaves behind at each start does not pile up.
  await connect(secret);
  clock.advance(300 * DAY);
  await connect(secret);
  clock.advance(300 * DAY);
  await connect(secret);
  const held = await db
    .selectFrom('session')
    .innerJoin('credential', 'credential.id', 'credential_id')
    .select('session.id')
    .where('name', '=', 'patient')
    .execute();
  expect(held).toHaveLength(2);
});

test('a screen that was made for a time is over after it', async () => {
  const { secret } = await make(
    kiosk({ name: 'exhibition', days: 3 }),
    as(await signedIn('house of the exhibition', at(null, 'admin'))),
  );
  const screen = as(cookieOf(await connect(secret)));
  clock.advance(3 * DAY - MINUTE);
  expect((await screen('GET /api/session')).status).toBe(200);
  clock.advance(MINUTE);
  expect((await screen('GET /api/session')).status).toBe(401);
  expect((await connect(secret)).statusCode).toBe(401);
});
