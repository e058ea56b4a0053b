import type { Instant } from '../../src/core/time.ts';
import { addDays, daysBetween, instantOf, localDate } from '../../src/core/zone.ts';
import type { LocalDate } from '../../src/core/zone.ts';
import type { Holiday, Rotation, Span } from './roster.ts';

/** Whose turn a day is. */
export interface DayTurn {
  readonly people: readonly string[];
  readonly isHoliday: boolean;
}

/** When the shift that begins on a day lasts. Where clocks skip all of it, it is empty. */
export function shiftOfDay({ handOver, until }: Rotation, date: LocalDate, timeZone: string): Span {
  const from = instantOf(date, handOver, timeZone);
  const end = until === undefined ? handOver : until;
  const to = instantOf(end > handOver ? date : addDays(date, 1), end, timeZone);
  return { from, to };
}

/** The day whose shift lasts at an instant; undefined between two of them, and before and after the rotation. */
export function dayAt(rotation: Rotation, at: Instant, timeZone: string): LocalDate | undefined {
  const today = localDate(at, timeZone);
  return [addDays(today, -1), today, addDays(today, 1)].find((date) => {
    if (date < rotation.firstDay || (rotation.lastDay !== undefined && date > rotation.lastDay)) return false;
    const { from, to } = shiftOfDay(rotation, date, timeZone);
    return from <= at && at < to;
  });
}

/** Whose turn it is on a day from the rotation's first day on. */
export function turnOf(rotation: Rotation, date: LocalDate, holidays: readonly Holiday[]): DayTurn {
  const { firstDay, holidayTurns } = rotation;
  if (holidayTurns !== undefined && holidays.some((holiday) => holiday.date === date)) {
    const before = new Set(holidays.map((holiday) => holiday.date).filter((day) => day >= firstDay && day < date)).size;
    return { people: holidayTurns[before % holidayTurns.length] ?? [], isHoliday: true };
  }
  return { people: ordinaryTurn(rotation, daysBetween(firstDay, date)), isHoliday: false };
}

function ordinaryTurn({ pattern, turns }: Rotation, day: number): readonly string[] {
  switch (pattern.kind) {
    case 'daily':
      return turns[day % turns.length] ?? [];
    case 'weekly':
      return turns[Math.floor(day / 7) % turns.length] ?? [];
    case 'on-off': {
      // Turns are spread evenly over the cycle: with as many as it takes there is always one on, and never two.
      const cycle = pattern.on + pattern.off;
      return turns
        .filter((_turn, i) => {
          const since = day - Math.round((i * cycle) / turns.length);
          return ((since % cycle) + cycle) % cycle < pattern.on;
        })
        .flat();
    }
  }
}
