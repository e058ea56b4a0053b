import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { lastLineReporter } from './scripts/last-line-reporter.ts';

const DATABASE = ['./tests/support/global-setup.ts'];

/**
 * Four projects by what a test needs:
 * pure (nothing), db (PostgreSQL), processes (real processes: e2e and chaos), long (minutes; only on request).
 * `npm run test:quick` is pure and db, `npm test` is everything but long.
 * The files of pure and db share processes: one for each cost more than most of their tests.
 * Limits of time end what hangs; none is near what its test takes on a machine that does much else.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    // By itself vitest leaves one core free: of two that is half.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', lastLineReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          isolate: false,
          testTimeout: 120_000,
          include: ['tests/**/*.test.{ts,tsx}'],
          exclude: ['tests/**/*.{db,e2e,chaos,long}.test.{ts,tsx}'],
        },
      },
      {
        extends: true,
        test: {
          name: 'db',
          isolate: false,
          include: ['tests/**/*.db.test.ts'],
          globalSetup: DATABASE,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: ['tests/**/*.{e2e,chaos}.test.ts'],
          globalSetup: DATABASE,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          // One of them leaves a third of two cores idle, waiting.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: ['tests/**/*.long.test.ts'],
          globalSetup: DATABASE,
          testTimeout: 900_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
