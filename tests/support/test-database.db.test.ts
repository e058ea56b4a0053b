import { expect, test } from 'vitest';
import { testDatabase } from './test-database.ts';

const { db, pool } = await testDatabase();

test('a test file has a migrated database of its own', async () => {
  expect(await db.selectFrom('reading').selectAll().execute()).toEqual([]);
  const { rows } = await pool.query<{ server_version: string }>('show server_version');
  expect(rows[0]?.server_version).toMatch(/^18\./);
});
