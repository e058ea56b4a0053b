import { expect, test } from 'vitest';
import { isClockRight, worstOffset } from '../../src/core/host-clock.ts';

test.each([
  ['NTP is believed', 1_500, 100, 1_500, 'ntp', true],
  ['a database whose own clock is off is told', 20, -60_000, -60_000, 'database', false],
  ['NTP is told where both are wrong and it is further', -9_000, 3_000, -9_000, 'ntp', false],
  ['without NTP the database is all there is', null, 2_000, 2_000, 'database', true],
  ['without a database NTP is', 2_001, null, 2_001, 'ntp', false],
  ['nothing known is not wrong', null, null, null, null, true],
] as const)('%s', (_what, ntp, database, offsetMs, against, right) => {
  expect(worstOffset(ntp, database)).toEqual({ offsetMs, against });
  expect(isClockRight({ offsetMs, against })).toBe(right);
});
