import { expect, test } from 'vitest';
import { seeded } from '../support/reaper.ts';
import { testDatabase } from '../support/test-database.ts';
import { killsOfAcquire } from './acquire-kills.ts';

const database = await testDatabase();

test('A9 thirty kills and cut lines: every value that was acknowledged to its source is stored, and stored once', async () => {
  const { acknowledged, stored } = await killsOfAcquire(database, { kills: 30, draw: seeded(7) });
  expect(acknowledged.length).toBeGreaterThan(30);
  expect(acknowledged).toEqual(Array.from(acknowledged, (_, i) => i + 1));
  expect([...stored.values()].every((times) => times === 1)).toBe(true);
}, 600_000);
