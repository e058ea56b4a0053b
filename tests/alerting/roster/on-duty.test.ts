import { expect, test } from 'vitest';
import { isRostered, onDuty, whoIsOn } from '../../../alerting/roster/on-duty.ts';
import type { Roster, Swap } from '../../../alerting/roster/roster.ts';
import { LONG_AGO, at, rosterOf, rotationOf } from './roster-of.ts';

const on = (roster: Roster, wall: string, duty: 'duty-officer' | 'principal' = 'duty-officer') =>
  onDuty(roster, duty, at(wall));

test('daily turns change at the hand-over, not at midnight', () => {
  const roster = rosterOf();
  expect(on(roster, '2026-07-01 08:00')).toEqual(['li']);
  expect(on(roster, '2026-07-02 07:59')).toEqual(['li']);
  expect(on(roster, '2026-07-02 08:00')).toEqual(['wang']);
  expect(on(roster, '2026-07-04 12:00')).toEqual(['li']);
});

test('a week begins on the weekday of its first day', () => {
  const roster = rosterOf({ rotations: [rotationOf({ pattern: { kind: 'weekly' } })] });
  expect(on(roster, '2026-07-08 07:59')).toEqual(['li']);
  expect(on(roster, '2026-07-08 08:00')).toEqual(['wang']);
});

test('four on and two off with three turns has two of them on, with six days of two each one in turn', () => {
  const four = rosterOf({ rotations: [rotationOf({ pattern: { kind: 'on-off', on: 4, off: 2 } })] });
  expect(on(four, '2026-07-01 12:00')).toEqual(['li', 'zhao']);
  expect(on(four, '2026-07-03 12:00')).toEqual(['li', 'wang']);
  const two = rosterOf({ rotations: [rotationOf({ pattern: { kind: 'on-off', on: 2, off: 4 } })] });
  expect(on(two, '2026-07-02 12:00')).toEqual(['li']);
  expect(on(two, '2026-07-03 12:00')).toEqual(['wang']);
  expect(on(two, '2026-07-07 12:00')).toEqual(['li']);
});

test('day and night are two rotations that meet', () => {
  const day = rotationOf({ id: 'day', until: '20:00' });
  const night = rotationOf({ id: 'night', handOver: '20:00', until: '08:00', turns: [['chen'], ['zhou']] });
  const roster = rosterOf({ rotations: [day, night] });
  expect(on(roster, '2026-07-01 19:59')).toEqual(['li']);
  expect(on(roster, '2026-07-01 20:00')).toEqual(['chen']);
  expect(on(roster, '2026-07-02 03:00')).toEqual(['chen']);
  expect(on(roster, '2026-07-02 08:00')).toEqual(['wang']);
});

test('holidays have turns of their own, and the ordinary ones go on beside them', () => {
  const roster = rosterOf({
    rotations: [rotationOf({ holidayTurns: [['chen'], ['zhou']] })],
    holidays: [
      { date: '2026-07-02', name: 'one' },
      { date: '2026-07-03', name: 'two' },
    ],
  });
  expect(['01', '02', '03', '04'].map((day) => on(roster, `2026-07-${day} 12:00`))).toEqual([
    ['li'],
    ['chen'],
    ['zhou'],
    ['li'],
  ]);
});

test('before its first day a duty is not rostered; after its last day it has nobody', () => {
  const roster = rosterOf({ rotations: [rotationOf({ lastDay: '2026-07-02' })] });
  expect(isRostered(roster, 'duty-officer', at('2026-07-01 07:59'))).toBe(false);
  expect(isRostered(roster, 'duty-officer', at('2026-07-01 08:00'))).toBe(true);
  expect(isRostered(roster, 'principal', at('2026-07-01 08:00'))).toBe(false);
  expect(on(roster, '2026-07-03 07:59')).toEqual(['wang']);
  expect(on(roster, '2026-07-03 08:00')).toEqual([]);
  expect(isRostered(roster, 'duty-officer', at('2026-07-03 08:00'))).toBe(true);
});

const SWAP: Swap = {
  id: 's',
  rotationId: 'officers',
  asker: 'li',
  other: 'wang',
  gives: { from: at('2026-07-04 08:00'), to: at('2026-07-05 08:00') },
  takes: { from: at('2026-07-05 08:00'), to: at('2026-07-06 08:00') },
  note: '',
  asked: LONG_AGO,
};

test('a swap that the other has not agreed to changes nothing; agreed, both change places', () => {
  const asked = rosterOf({ swaps: [SWAP] });
  expect([on(asked, '2026-07-04 12:00'), on(asked, '2026-07-05 12:00')]).toEqual([['li'], ['wang']]);
  const agreed = rosterOf({ swaps: [{ ...SWAP, answer: { ...LONG_AGO, word: 'agreed' } }] });
  expect([on(agreed, '2026-07-04 12:00'), on(agreed, '2026-07-05 12:00')]).toEqual([['wang'], ['li']]);
  expect(on(agreed, '2026-07-07 12:00')).toEqual(['li']);
  const refused = rosterOf({ swaps: [{ ...SWAP, answer: { ...LONG_AGO, word: 'refused' } }] });
  expect(on(refused, '2026-07-04 12:00')).toEqual(['li']);
});

test('what was written down later does not change who was on duty before', () => {
  const word = { by: 'li', at: at('2026-07-04 20:00') };
  const roster = rosterOf({ swaps: [{ ...SWAP, answer: { ...word, word: 'agreed' } }] });
  expect([on(roster, '2026-07-04 19:59'), on(roster, '2026-07-04 20:00')]).toEqual([['li'], ['wang']]);
});

test('an override replaces the turn, the later of two holds, and who is away is covered in it too', () => {
  const span = { from: at('2026-07-01 08:00'), to: at('2026-07-02 08:00') };
  const override = { ...span, id: 'o', rotationId: 'officers', reason: 'visit', made: LONG_AGO };
  const roster = rosterOf({
    overrides: [
      { ...override, people: ['zhou'] },
      { ...override, people: ['chen', 'zhao'] },
    ],
  });
  expect(on(roster, '2026-07-01 12:00')).toEqual(['chen', 'zhao']);
  expect(on(roster, '2026-07-02 08:00')).toEqual(['wang']);
  const away = { ...span, id: 'a', contactId: 'chen', reason: 'ill', made: LONG_AGO };
  expect(on({ ...roster, absences: [away] }, '2026-07-01 12:00')).toEqual(['zhao', 'wang']);
});

test('who is away is covered by the stand-in, else by the next of the rotation who is not', () => {
  const away = { from: at('2026-07-01 00:00'), to: at('2026-07-03 00:00'), reason: 'ill', made: LONG_AGO };
  const li = { ...away, id: 'a', contactId: 'li' };
  const wang = { ...away, id: 'b', contactId: 'wang' };
  expect(on(rosterOf({ absences: [li] }), '2026-07-01 12:00')).toEqual(['wang']);
  expect(on(rosterOf({ absences: [li, wang] }), '2026-07-01 12:00')).toEqual(['zhao']);
  expect(on(rosterOf({ absences: [{ ...li, standIn: 'zhou' }] }), '2026-07-01 12:00')).toEqual(['zhou']);
  expect(on(rosterOf({ absences: [{ ...li, standIn: 'wang' }, wang] }), '2026-07-01 12:00')).toEqual(['zhao']);
  expect(whoIsOn(rosterOf({ absences: [li] }), at('2026-07-01 12:00'))).toEqual([
    { rotationId: 'officers', duty: 'duty-officer', contactId: 'wang', because: 'cover', insteadOf: 'li' },
  ]);
  const all = ['li', 'wang', 'zhao'].map((contactId, i) => ({ ...away, id: String(i), contactId }));
  expect(on(rosterOf({ absences: all }), '2026-07-01 12:00')).toEqual([]);
});

test('who is gone from the configuration is covered like who is away', () => {
  expect(on(rosterOf({ people: new Set(['wang', 'zhao']) }), '2026-07-01 12:00')).toEqual(['wang']);
});
