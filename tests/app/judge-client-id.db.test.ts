import { expect, test } from 'vitest';
import { judgeClientId } from '../../src/app/judge-client-id.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { testDatabase } from '../support/test-database.ts';

test('a judge keeps its client id for as long as its database, and no MQTT 3.1.1 broker finds it too long', async () => {
  const { db, url } = await testDatabase();
  const first = await judgeClientId(db, 'main');
  await using again = openDatabase(url, { name: 'test' });
  expect(await judgeClientId(again.db, 'main')).toBe(first);
  expect(first).toMatch(/^[\da-z-]{23}$/);
  expect(await judgeClientId(db, 'west')).not.toBe(first);
});

test('another installation has another one', async () => {
  const { db } = await testDatabase();
  const ours = await judgeClientId(db, 'main');
  await db.deleteFrom('installation').execute();
  await db.insertInto('installation').defaultValues().execute();
  expect(await judgeClientId(db, 'main')).not.toBe(ours);
});
