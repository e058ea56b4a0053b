import { expect, test } from 'vitest';
import { newestValues } from '../../src/gateway/live/newest-values.ts';

test('R23 what is kept for a page that lags is the newest of each sensor, site by site, and is taken once', () => {
  const newest = newestValues();
  expect(newest.isEmpty()).toBe(true);
  newest.keep({
    siteId: 'a',
    readings: [
      [1, 10, 10, 1.5, 0],
      [2, 10, 10, 2.5, 0],
    ],
  });
  newest.keep({ siteId: 'b', readings: [[7, 10, 10, 7.5, 0]] });
  newest.keep({
    siteId: 'a',
    readings: [
      [1, 20, 20, 1.6, 0],
      [2, 5, 21, 9.9, 0],
    ],
  });
  expect(newest.take()).toEqual([
    {
      siteId: 'a',
      readings: [
        [1, 20, 20, 1.6, 0],
        [2, 10, 10, 2.5, 0],
      ],
    },
    { siteId: 'b', readings: [[7, 10, 10, 7.5, 0]] },
  ]);
  expect(newest.isEmpty()).toBe(true);
  expect(newest.take()).toEqual([]);
});

test('what is not recorded is told apart, until it is', () => {
  const newest = newestValues();
  newest.keep({ siteId: 'a', readings: [[1, 10, 10, 1.5, 0]] });
  newest.keep({
    siteId: 'a',
    recorded: false,
    readings: [
      [2, 20, 20, 2.5, 0],
      [3, 20, 20, 3.5, 0],
    ],
  });
  newest.keep({ siteId: 'a', readings: [[2, 20, 20, 2.5, 0]] });
  expect(newest.take()).toEqual([
    {
      siteId: 'a',
      readings: [
        [1, 10, 10, 1.5, 0],
        [2, 20, 20, 2.5, 0],
      ],
    },
    { siteId: 'a', readings: [[3, 20, 20, 3.5, 0]], recorded: false },
  ]);
});

test('a doubtful reading with a time far ahead gives way to the next good one', () => {
  const newest = newestValues();
  newest.keep({
    siteId: 'a',
    readings: [
      [1, 9_999, 10, 0, 1],
      [1, 20, 20, 1.6, 0],
    ],
  });
  expect(newest.take()[0]?.readings).toEqual([[1, 20, 20, 1.6, 0]]);
});
