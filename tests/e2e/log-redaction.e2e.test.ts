import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { hostClock } from '../../src/platform/clock.ts';
import { digestOf, opaqueSecret } from '../../src/gateway/secret-words.ts';
import { DAY } from '../../src/core/time.ts';
import { eventually } from '../support/eventually.ts';
import { startSpine } from '../support/spine.ts';
import type { Spine } from '../support/spine.ts';
import { ENGINEER, OFFICER, PRINCIPAL, storySite } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';

const { url } = await testDatabase();

/** Everything that somebody typed, pressed, or was sent, and that nobody may read in a log. */
type Secrets = Map<string, string>;

/** Signs in, wrongly and rightly, as a person and as a program, and is refused where a body holds a secret. */
async function doorsAreUsed({ url: at, account, database }: Spine, secrets: Secrets): Promise<void> {
  const wrong = 'a password that is wrong, 4f1c';
  secrets.set('the wrong password', wrong);
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(new URL(path, at), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  expect((await post('/api/session', { name: account.name, password: wrong })).status).toBe(401);
  // A password typed where the name belongs.
  expect((await post('/api/session', { name: wrong, password: 'x' })).status).toBe(401);
  const signedIn = await post('/api/session', account);
  expect(signedIn.status).toBe(200);
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  secrets.set('the cookie', cookie.split('=')[1] ?? '');
  const next = `another password, ${randomBytes(6).toString('hex')}`;
  secrets.set('the new password', next);
  expect((await post('/api/session/password', { password: account.password, next }, { cookie })).status).toBe(204);
  // The database refuses it, and quotes it: a failure that is logged.
  await post('/api/session/second-factor', { password: next, more: `${wrong}\u0000` }, { cookie });
  const token = `tw_${opaqueSecret()}`;
  secrets.set('the token', token);
  const now = hostClock().now();
  await database.db
    .insertInto('credential')
    .values({
      id: '7f8a4c8e-31d5-4c08-9d3e-3f3b4a4f0077',
      kind: 'token',
      name: 'program',
      secret_hash: digestOf(token),
      scopes: ['site/see'],
      site_ids: null,
      created_by: 'test',
      created_at: new Date(now),
      expires_at: new Date(now + DAY),
      last_used_at: null,
      revoked_at: null,
      revoked_by: null,
    })
    .execute();
  const bearer = { authorization: `Bearer ${token}` };
  expect((await fetch(new URL('/api/sites', at), { headers: bearer })).status).toBe(200);
  expect((await fetch(new URL('/api/sites', at), { headers: { authorization: `Bearer ${token}x` } })).status).toBe(401);
}

/** What a carrier sends: rightly signed from a number that nobody asked, and wrongly. */
async function carrierSends({ url: at, phones }: Spine, secrets: Secrets): Promise<void> {
  const stranger = '+861000000099';
  secrets.set('a stranger', stranger.slice(1));
  secrets.set('words of a stranger', 'words of a stranger 4711');
  const body = JSON.stringify({ reportId: 'stranger', from: stranger, text: 'words of a stranger 4711' });
  const timestamp = String(Math.round(Date.now() / 1_000));
  const sign = (key: string) =>
    createHmac('sha256', key).update(`${timestamp}\n/carrier/messages\n${body}`).digest('hex');
  for (const [key, status] of [
    [phones.key, 200],
    ['another key', 401],
  ] as const) {
    const headers = {
      'content-type': 'application/json',
      'x-carrier-timestamp': timestamp,
      'x-carrier-signature': sign(key),
    };
    const response = await fetch(new URL('/carrier/messages', at), { method: 'POST', headers, body });
    expect(response.status).toBe(status);
  }
}

test('a whole story at the most talkative level writes no number, password, token, key or code into any log', async () => {
  const settings = { LOG_LEVEL: 'trace', SECRET_KEY: randomBytes(32).toString('hex') };
  await using spine = await startSpine({ databaseUrl: url, site: storySite(), settings });
  const { phones, database } = spine;
  const secrets: Secrets = new Map(spine.secrets.map((secret, i) => [`secret ${String(i)}`, secret]));
  secrets.set('the password', spine.account.password);
  for (const number of [OFFICER, ENGINEER, PRINCIPAL]) secrets.set(number, number.slice(1));

  await doorsAreUsed(spine, secrets);
  await phones.phone(OFFICER).ignores();
  await spine.measure('ponds/story/level', 338.5);
  await spine.measure('ponds/story/level', 338.95);
  const call = await phones.phone(PRINCIPAL).expectCall({ withinMs: 60_000 });
  await call.thenPress('wrong');
  await call.thenPress('right');
  await carrierSends(spine, secrets);
  // A carrier that does not answer is spoken of, without whom it should have called.
  await phones.phone(ENGINEER).cannotBeReached();
  await eventually(async () => (await database.db.selectFrom('attempt').select('id').execute()).length > 1, {
    what: 'more than one attempt',
    withinMs: 60_000,
  });

  const attempts = await database.db.selectFrom('attempt').select(['code', 'say']).execute();
  for (const { code, say } of attempts) {
    if (code.length > 1) secrets.set(`code ${code}`, code);
    for (const text of Object.values(say as Record<string, unknown>))
      if (typeof text === 'string') secrets.set(`what was said: ${text}`, text);
  }
  for (const { text } of (await phones.log()).messages) secrets.set(`message: ${text}`, text);
  const programs = Object.entries({ judge: spine.judge, alert: spine.alert, gateway: spine.gateway });
  for (const [program, running] of programs) {
    const log = await running.log();
    expect(log.length).toBeGreaterThan(50);
    const leaked = [...secrets].filter(([, secret]) => secret.length > 3 && log.includes(secret)).map(([what]) => what);
    expect({ program, leaked }).toEqual({ program, leaked: [] });
    expect(log).not.toMatch(/"(digit|code)":"?\d/);
  }
});
