import { expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { isDatabaseAway } from '../../src/platform/database-failure.ts';

const withCode = (code: string): Error => Object.assign(new Error('failed'), { code });

test.each(
  ['08006', '40001', '53300', '57P01', '55P03', '25P03', 'ECONNREFUSED', 'EPIPE', 'ERR_STREAM_DESTROYED'].map(withCode),
)('%o passes', (error) => {
  expect(isDatabaseAway(error)).toBe(true);
});

test.each([
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Cannot use a pool after calling end on the pool',
  'Client was closed and is not queryable',
  'Client has encountered a connection error and is not queryable',
])('%s passes', (message) => {
  expect(isDatabaseAway(new Error(message))).toBe(true);
});

test('a failure foreseen says itself whether it passes', () => {
  expect(isDatabaseAway(new AppError('database/outcome-unknown', 'unknown', { retryable: true }))).toBe(true);
  expect(isDatabaseAway(new AppError('site/not-found', 'no such site'))).toBe(false);
});

test.each([new Error('no number'), new TypeError('undefined'), withCode('42P01'), withCode('23505'), 'a text', null])(
  '%o is a bug',
  (error) => {
    expect(isDatabaseAway(error)).toBe(false);
  },
);
