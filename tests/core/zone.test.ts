import { expect, test } from 'vitest';
import { instant } from '../../src/core/time.ts';
import { addDays, daysBetween, instantOf, localDate, wallClock } from '../../src/core/zone.ts';

const utc = (text: string) => instant(Date.parse(text));

test.each([
  ['2026-07-01', '08:00', 'Asia/Shanghai', '2026-07-01T00:00:00Z'],
  ['2026-07-01', '08:00', 'Asia/Urumqi', '2026-07-01T02:00:00Z'],
  ['2026-07-01', '08:00', 'Europe/Berlin', '2026-07-01T06:00:00Z'],
  ['2026-12-01', '08:00', 'Europe/Berlin', '2026-12-01T07:00:00Z'],
  // Shown twice: its first coming.
  ['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
  // Never shown: the moment of the change.
  ['2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:00:00Z'],
  // Midnight itself is skipped.
  ['2026-09-06', '00:00', 'America/Santiago', '2026-09-06T04:00:00Z'],
  ['2026-04-05', '00:00', 'America/Santiago', '2026-04-05T04:00:00Z'],
  ['2026-01-01', '00:00', 'Australia/Lord_Howe', '2025-12-31T13:00:00Z'],
  // A whole day that never was.
  ['2011-12-30', '12:00', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
])('%s %s in %s is %s', (date, time, zone, expected) => {
  expect(new Date(instantOf(date, time, zone)).toISOString()).toBe(new Date(utc(expected)).toISOString());
});

test('an instant falls on the day that the wall shows', () => {
  const late = utc('2026-07-01T17:59:59Z');
  expect([localDate(late, 'Asia/Shanghai'), wallClock(late, 'Asia/Shanghai')]).toEqual(['2026-07-02', '01:59']);
  expect([localDate(late, 'Asia/Urumqi'), wallClock(late, 'Asia/Urumqi')]).toEqual(['2026-07-01', '23:59']);
});

test('days are counted by the calendar, over leap days and changes of clocks', () => {
  expect(addDays('2028-02-28', 2)).toBe('2028-03-01');
  expect(daysBetween('2026-03-01', '2026-04-01')).toBe(31);
  expect(daysBetween('2026-04-01', '2026-03-31')).toBe(-1);
});
