import { expect, it } from 'vitest';
import { endedDay } from '../../src/core/root-day.ts';
import { instant } from '../../src/core/time.ts';

it.each([
  ['2026-07-02T00:09:59Z', 'UTC', '2026-06-30'],
  ['2026-07-02T00:10:00Z', 'UTC', '2026-07-01'],
  ['2026-07-01T16:09:59Z', 'Asia/Shanghai', '2026-06-30'],
  ['2026-07-01T16:10:00Z', 'Asia/Shanghai', '2026-07-01'],
  ['2026-01-01T12:00:00Z', 'America/Lima', '2025-12-31'],
  // The night in which clocks go forward in Chile at midnight: 00:00 to 01:00 is not there.
  ['2026-09-06T04:10:00Z', 'America/Santiago', '2026-09-05'],
])('at %s in %s the day that has ended is %s', (now, zone, day) => {
  expect(endedDay(instant(Date.parse(now)), zone)).toBe(day);
});
