import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onDuty } from '../../../alerting/roster/on-duty.ts';
import type { Pattern, Rotation } from '../../../alerting/roster/roster.ts';
import { gaps, shifts } from '../../../alerting/roster/shifts.ts';
import { DAY, MINUTE, instant, plus } from '../../../src/core/time.ts';
import { addDays, instantOf, wallClock } from '../../../src/core/zone.ts';
import { PEOPLE, rosterOf, rotationOf } from './roster-of.ts';

/** A city that keeps Beijing time, one by whose practice noon comes two hours later, and two that change their clocks. */
const ZONES = ['Asia/Shanghai', 'Asia/Urumqi', 'America/Santiago', 'Europe/Berlin'];

const date = fc.integer({ min: 0, max: 730 }).map((days) => addDays('2025-11-01', days));
const wall = fc
  .integer({ min: 0, max: 24 * 60 - 1 })
  .map((minute) => new Date(minute * MINUTE).toISOString().slice(11, 16));
/** Patterns by which one is on, and as many turns as they take. */
const single: fc.Arbitrary<Partial<Rotation>> = fc.oneof(
  fc.record({
    pattern: fc.constantFrom<Pattern>({ kind: 'daily' }, { kind: 'weekly' }),
    turns: fc.shuffledSubarray(PEOPLE, { minLength: 1 }).map((people) => people.map((one) => [one])),
  }),
  fc.record({ on: fc.integer({ min: 1, max: 9 }), people: fc.shuffledSubarray(PEOPLE, { minLength: 2 }) }).map(
    ({ on, people }): Partial<Rotation> => ({
      pattern: { kind: 'on-off', on, off: on * (people.length - 1) },
      turns: people.map((one) => [one]),
    }),
  ),
);

describe.each(ZONES)('in %s', (timeZone) => {
  const rosters = fc
    .record({ handOver: wall, firstDay: date, differs: single })
    .map(({ handOver, firstDay, differs }) =>
      rosterOf({ timeZone, rotations: [rotationOf({ handOver, firstDay, ...differs })] }),
    );

  test('E11 where a rotation says one, there is never nobody and never two', () => {
    fc.assert(
      fc.property(rosters, fc.integer({ min: 0, max: 500 * DAY }), (roster, later) => {
        const [rotation] = roster.rotations;
        const begun = instantOf(rotation?.firstDay ?? '', rotation?.handOver ?? '', timeZone);
        expect(onDuty(roster, 'duty-officer', plus(begun, later))).toHaveLength(1);
        expect(onDuty(roster, 'duty-officer', plus(begun, -1))).toEqual([]);
      }),
    );
  });

  test('E11 shifts meet without gap and overlap, and each hand-over is at the wall time that was written', () => {
    fc.assert(
      fc.property(rosters, date, (roster, from) => {
        const [rotation] = roster.rotations;
        const handOver = rotation?.handOver ?? '';
        const begins = instantOf(rotation?.firstDay ?? '', handOver, timeZone);
        const start = instant(Math.max(begins, instantOf(from, '12:00', timeZone)));
        const end = plus(start, 30 * DAY);
        const list = shifts(roster, start, end);
        expect(list[0]?.from).toBe(start);
        expect(list.at(-1)?.to).toBe(end);
        for (const [i, shift] of list.entries()) {
          const next = list[i + 1];
          if (next === undefined) continue;
          expect(next.from).toBe(shift.to);
          const shown = wallClock(next.from, timeZone);
          // A time that the wall never shows: then it is the moment at which clocks go forward.
          if (shown === handOver) continue;
          const before = wallClock(plus(next.from, -MINUTE), timeZone);
          // Where clocks go forward at midnight, as in Santiago, the minute before is the last of the day before.
          expect(before < handOver || before > shown).toBe(true);
          expect(shown > handOver).toBe(true);
        }
        expect(gaps(roster, start, end)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('E11 day and night that meet by the wall leave nobody out when clocks change', () => {
    fc.assert(
      fc.property(wall, wall, date, (one, other, from) => {
        fc.pre(one !== other);
        const day = rotationOf({ id: 'day', handOver: one, until: other, firstDay: '2025-10-01' });
        const night = rotationOf({ id: 'night', handOver: other, until: one, firstDay: '2025-10-01' });
        const roster = rosterOf({ timeZone, rotations: [day, night] });
        const start = instantOf(from, '00:00', timeZone);
        const list = shifts(roster, start, plus(start, 10 * DAY));
        expect(gaps(roster, start, plus(start, 10 * DAY))).toEqual([]);
        for (const [i, shift] of list.entries()) {
          const next = list[i + 1];
          if (next !== undefined) expect(next.from).toBe(shift.to);
        }
      }),
      { numRuns: 40 },
    );
  });
});
