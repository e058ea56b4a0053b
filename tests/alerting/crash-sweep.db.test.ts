import { expect, it } from 'vitest';
import { seeded } from '../support/reaper.ts';
import { testDatabase } from '../support/test-database.ts';
import { deathsOf, expectSame, story } from './crash-sweep.ts';

const database = await testDatabase();
/** All of them are in the long tests. */
const SAMPLE = 12;
const SEED = 42_296;

it(`E35 the process that calls is killed at a statement or a request, some of all there are (seed ${String(SEED)}): nobody is missed, nobody rung twice`, async () => {
  const calm = await story(database, null);
  expect(calm.deaths).toBe(0);
  expect(calm.answers).toEqual(['engineer orange', 'principal red']);
  const chance = seeded(SEED);
  const deaths = deathsOf(calm);
  for (let i = 0; i < SAMPLE; i += 1) {
    const death = deaths[Math.floor(chance() * deaths.length)];
    if (death !== undefined) await expectSame(database, calm, death);
  }
});
