import { expect, test } from 'vitest';
import { credentialCommand } from '../../src/cli/credential.ts';
import { DAY } from '../../src/core/time.ts';
import { storePond } from '../gateway/pond.ts';
import { testGateway } from '../gateway/test-gateway.ts';
import { testDatabase } from '../support/test-database.ts';

const database = await testDatabase();
const { db } = database;
await storePond(db, 'north');
const { app, clock } = await testGateway(database);
const printed: string[] = [];
const run = (kind: 'kiosk' | 'token', words: string[], options: Parameters<typeof credentialCommand>[2] = {}) =>
  credentialCommand(kind, words, options, {
    db,
    now: clock.now(),
    who: 'command line, test',
    publicUrl: 'https://dam.example',
    print: (line) => printed.push(line),
  });
const lastAudit = () =>
  db.selectFrom('audit').select(['who', 'action', 'site_id']).orderBy('id', 'desc').executeTakeFirst();
const idOf = async (name: string) =>
  (await db.selectFrom('credential').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id;

test('a screen is told where to open the page, and is out when it is revoked', async () => {
  await run('kiosk', ['add', 'wall'], { at: ['north'] });
  const [, secret = ''] =
    /^Open this on the screen, shown only this once: https:\/\/dam\.example\/#kiosk=(\S+)$/.exec(
      printed.at(-1) ?? '',
    ) ?? [];
  expect(await lastAudit()).toEqual({ who: 'command line, test', action: 'credential/made', site_id: 'north' });
  const connect = () => app.inject({ method: 'POST', url: '/api/session/kiosk', payload: { token: secret } });
  const { cookies } = await connect();
  const cookie = `${cookies[0]?.name ?? ''}=${cookies[0]?.value ?? ''}`;
  expect((await app.inject({ url: '/api/session', headers: { cookie } })).statusCode).toBe(200);
  await run('kiosk', ['revoke', await idOf('wall')]);
  expect(printed.at(-1)).toBe('The kiosk "wall" opens nothing any more.');
  expect(await lastAudit()).toMatchObject({ action: 'credential/revoked' });
  expect((await app.inject({ url: '/api/session', headers: { cookie } })).statusCode).toBe(401);
  expect((await connect()).statusCode).toBe(401);
});

test('a token has scopes, sites and an end', async () => {
  await run('token', ['add', 'monthly report'], { scope: ['site/see', 'audit/read'], days: '30' });
  const [, secret = ''] =
    /^The token "monthly report", shown only this once: (tw_\S+)$/.exec(printed.at(-1) ?? '') ?? [];
  const headers = { authorization: `Bearer ${secret}` };
  expect((await app.inject({ url: '/api/sites', headers })).json()).toMatchObject([{ siteId: 'north' }]);
  printed.length = 0;
  await run('token', ['list']);
  const until = new Date(clock.now() + 30 * DAY).toISOString();
  expect(printed).toEqual([
    `${await idOf('monthly report')}; monthly report; all sites; site/see, audit/read; until ${until}`,
  ]);
});

test.each([
  ['token', ['add', 'endless'], { scope: ['site/see'] }, '--days must be '],
  ['token', ['add', 'useless'], { days: '30' }, '--scope must be one of site/see, '],
  ['token', ['add', 'too much'], { scope: ['callout/answer'], days: '30' }, '--scope must be one of site/see, '],
  ['token', ['add', 'for ever'], { scope: ['site/see'], days: '4000' }, '--days must be '],
  ['kiosk', ['add', 'when?'], { days: 'soon' }, '--days must be '],
  ['kiosk', ['add', ' '], {}, 'NAME must be '],
  ['kiosk', ['add'], {}, 'usage: '],
  ['kiosk', ['add', 'two', 'words'], {}, 'usage: '],
  ['kiosk', ['list', 'all'], {}, 'usage: '],
  ['kiosk', ['burn', 'it'], {}, 'usage: '],
] as const)('%s %j with %j is refused with what is wrong and how it is written', async (kind, words, options, told) => {
  await expect(run(kind, [...words], options)).rejects.toMatchObject({
    code: 'config/setting',
    message: expect.stringContaining(told) as string,
  });
});

test('a site or a credential that is none is told', async () => {
  await expect(run('kiosk', ['add', 'lost'], { at: ['west'] })).rejects.toMatchObject({ code: 'site/not-found' });
  await expect(run('kiosk', ['revoke', 'wall'])).rejects.toMatchObject({ code: 'credential/not-found' });
  await expect(run('token', ['revoke', await idOf('wall')])).rejects.toMatchObject({ code: 'credential/not-found' });
});
