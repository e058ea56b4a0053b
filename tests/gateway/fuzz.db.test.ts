import { expect, test } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { fuzzedHouse } from './fuzz.ts';

const database = await testDatabase();
const { house, storm, own } = await fuzzedHouse(database);

test('whatever is sent at whatever route is answered: with what it asked for, or with a Problem that names the field', async () => {
  await storm({ seed: 4, runs: 8 });
});

test('after the storm it lives, and the mine stands as it did', async () => {
  expect((await house.app.inject({ url: '/healthz' })).json()).toEqual({ healthy: true });
  const sites = await database.db.selectFrom('site').select('id').orderBy('id').execute();
  expect(sites).toEqual([{ id: own.mark }, { id: 'onyx' }]);
  const chain = await database.db.selectFrom('audit').select(['id', 'prev_hash', 'hash']).orderBy('id').execute();
  expect(chain.length).toBeGreaterThan(10);
  expect(chain.map(({ id }) => id)).toEqual(chain.map((_row, i) => i + 1));
  expect(chain.slice(1).map((row) => row.prev_hash)).toEqual(chain.slice(0, -1).map((row) => row.hash));
});
