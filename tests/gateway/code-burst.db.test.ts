import { Secret, TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { PASSWORD } from './quick-account.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const house = await testGateway(database);
const { app, clock } = house;

test('codes sent all at once are guessed no faster than one after the other', async () => {
  const cookie = await signIn(house, database, 'li', [{ role: 'engineer', siteId: null }]);
  const post = (path: string, payload: object, as = cookie) =>
    app.inject({ method: 'POST', url: `/api/session/second-factor${path}`, payload, headers: { cookie: as } });
  const { key } = (await post('', { password: PASSWORD })).json<{ key: string }>();
  const code = new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: clock.now() });
  const confirmed = await post('/confirm', { code });
  const [next] = confirmed.cookies;
  const own = `${next?.name ?? ''}=${next?.value ?? ''}`;
  // As whoever signed in at the provider.
  await database.pool.query('update session set second_factor = false');

  const guesses = Array.from({ length: 60 }, (_, i) => String(100_000 + i));
  const answers = await Promise.all(guesses.map((guess) => post('/prove', { code: guess }, own)));
  const looked = answers.filter(({ statusCode }) => statusCode === 401);
  expect([looked.length, answers.filter(({ statusCode }) => statusCode === 429).length]).toEqual([5, 55]);
});
