import { test } from 'vitest';
import { testDatabase } from '../support/test-database.ts';
import { redInTheDark } from './red-in-the-dark.ts';

const calm = await testDatabase();

test('a red that passes while the database is stopped for five minutes is told of, and recorded afterwards', () =>
  redInTheDark(calm, 150));
