import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { calloutDesk } from '../../alerting/io/callout-desk.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { POLICY } from './pond.ts';
import { CARRIER_KEY, signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();

test('who signs in or answers does not wait while every connection of the pages is taken', async () => {
  await using pages = openDatabase(database.url, { name: 'pages', max: 1 });
  const house = await testGateway(database, { db: pages.db, answersDb: database.db });
  const taken = await pages.pool.connect();
  const cookie = await signIn(house, database);
  const calloutId = '00000000-0000-4000-8000-000000000000';
  const url = `/api/callouts/${calloutId}/answer`;
  const answer = await house.app.inject({ method: 'POST', url, headers: { cookie } });
  expect(answer.json()).toMatchObject({ code: 'callout/not-found' });
  taken.release();
});

test('a telephone that was answered does not wait while strangers who sign in hold every connection of theirs', async () => {
  await using answers = openDatabase(database.url, { name: 'answers', max: 1 });
  const desk = calloutDesk({
    db: database.db,
    clock: fakeClock(),
    policyOf: () => Promise.resolve(POLICY),
    draw: () => 0.5,
  });
  const house = await testGateway(database, { answersDb: answers.db, desk });
  const taken = await answers.pool.connect();
  const url = '/carrier/messages';
  const payload = JSON.stringify({ from: '+861000000099', text: '1234', reportId: 'one' });
  const timestamp = String(Math.floor(house.clock.now() / 1_000));
  const signature = createHmac('sha256', CARRIER_KEY).update(`${timestamp}\n${url}\n${payload}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-carrier-timestamp': timestamp,
    'x-carrier-signature': signature,
  };
  const { statusCode } = await house.app.inject({ method: 'POST', url, payload, headers });
  expect(statusCode).toBe(200);
  taken.release();
});
