import { expect, test } from 'vitest';
import { gaps, shifts, yearsWithoutHolidays } from '../../../alerting/roster/shifts.ts';
import { LONG_AGO, at, rosterOf, rotationOf } from './roster-of.ts';

const wall = (instant: number) => new Date(instant + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ');

test('shifts follow one another, cut at what was asked for, an absence in the middle of one', () => {
  const away = { id: 'a', contactId: 'wang', from: at('2026-07-02 12:00'), to: at('2026-07-02 18:00') };
  const roster = rosterOf({ absences: [{ ...away, reason: 'ill', made: LONG_AGO }] });
  const of = shifts(roster, at('2026-07-01 20:00'), at('2026-07-03 20:00'));
  expect(of.map(({ contactId, because, from, to }) => [contactId, because, wall(from), wall(to)])).toEqual([
    ['li', 'turn', '07-01 20:00', '07-02 08:00'],
    ['wang', 'turn', '07-02 08:00', '07-02 12:00'],
    ['zhao', 'cover', '07-02 12:00', '07-02 18:00'],
    ['wang', 'turn', '07-02 18:00', '07-03 08:00'],
    ['zhao', 'turn', '07-03 08:00', '07-03 20:00'],
  ]);
});

test('E10 gaps of the next days are listed with why, holidays included', () => {
  const roster = rosterOf({
    rotations: [
      rotationOf({ until: '20:00', holidayTurns: [['chen']] }),
      rotationOf({ id: 'night', handOver: '20:00', until: '07:00' }),
    ],
    holidays: [{ date: '2026-07-02', name: 'holiday' }],
    absences: ['li', 'wang', 'zhao', 'chen'].map((contactId) => ({
      id: contactId,
      contactId,
      from: at('2026-07-02 10:00'),
      to: at('2026-07-02 12:00'),
      reason: 'course',
      made: LONG_AGO,
    })),
  });
  const found = gaps(roster, at('2026-06-30 12:00'), at('2026-07-03 12:00'));
  expect(found.map(({ duty, why, from, to }) => [duty, why, wall(from), wall(to)])).toEqual([
    ['duty-officer', 'no-shift', '07-02 07:00', '07-02 08:00'],
    ['duty-officer', 'everybody-away', '07-02 10:00', '07-02 12:00'],
    ['duty-officer', 'no-shift', '07-03 07:00', '07-03 08:00'],
  ]);
});

test('E10 the end of the last rotation is a gap, and so is a year whose holidays nobody has entered', () => {
  const ended = rosterOf({ rotations: [rotationOf({ lastDay: '2026-07-02' })] });
  expect(gaps(ended, at('2026-07-01 12:00'), at('2026-07-05 12:00'))).toEqual([
    { duty: 'duty-officer', why: 'no-shift', from: at('2026-07-03 08:00'), to: at('2026-07-05 12:00') },
  ]);
  const holidays = rosterOf({
    rotations: [rotationOf({ holidayTurns: [['chen']] })],
    holidays: [{ date: '2026-10-01', name: 'national day' }],
  });
  expect(yearsWithoutHolidays(holidays, at('2026-12-10 00:00'), at('2027-01-09 00:00'))).toEqual(['2027']);
  expect(yearsWithoutHolidays(rosterOf(), at('2026-12-10 00:00'), at('2027-01-09 00:00'))).toEqual([]);
});
