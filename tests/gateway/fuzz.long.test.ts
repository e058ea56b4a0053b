import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { fuzzedHouse } from './fuzz.ts';

const database = await testDatabase();
const { house, storm } = await fuzzedHouse(database);
/** A new storm each time; one that found something says with which it is told again. */
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test(`minutes of hostile requests are answered, every one (FUZZ_SEED=${String(seed)})`, async () => {
  await storm({ seed, runs: 1_000_000, lastsMs: 5 * MINUTE });
  expect((await house.app.inject({ url: '/healthz' })).json()).toEqual({ healthy: true });
});
