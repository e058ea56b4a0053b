import { expect, it } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { deathsOf, expectSame, story } from './crash-sweep.ts';

const database = await testDatabase();

it('E35 the process that calls is killed before and after every statement and every request of the story: nobody is missed, nobody rung twice', async () => {
  const calm = await story(database, null);
  const deaths = deathsOf(calm);
  expect(deaths.length).toBeGreaterThan(100);
  for (const death of deaths) await expectSame(database, calm, death);
}, 3_600_000);
