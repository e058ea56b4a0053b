import { expect, test } from 'vitest';
import { openDatabase } from '../../src/platform/database.ts';
import { testDatabase } from '../support/test-database.ts';
import { signIn, testGateway } from './test-gateway.ts';

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
