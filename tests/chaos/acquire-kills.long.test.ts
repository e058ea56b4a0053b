import { expect, test } from 'vitest';
import { seeded } from '../support/reaper.ts';
import { testDatabase } from '../support/test-database.ts';
import { killsOfAcquire } from './acquire-kills.ts';

const database = await testDatabase();

test('A9 a thousand kills and cut lines: every value that was acknowledged to its source is stored, and stored once', async () => {
  const { acknowledged, stored } = await killsOfAcquire(database, { kills: 1_000, draw: seeded(11) });
  expect(acknowledged.length).toBeGreaterThan(1_000);
  expect(acknowledged).toEqual(Array.from(acknowledged, (_, i) => i + 1));
  expect([...stored.values()].every((times) => times === 1)).toBe(true);
}, 5_400_000);
