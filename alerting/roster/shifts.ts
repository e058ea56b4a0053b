import type { Instant } from '../../src/core/time.ts';
import { addDays, datesFrom, instantOf, localDate } from '../../src/core/zone.ts';
import { isRostered, onDuty, whoIsOn } from './on-duty.ts';
import type { OnDuty } from './on-duty.ts';
import type { Roster, Span } from './roster.ts';
import { shiftOfDay } from './turn.ts';

/** Somebody on duty without a break, for one reason. */
export interface Shift extends OnDuty, Span {}

/** A time in which a duty that is rostered has nobody. */
export interface Gap extends Span {
  readonly duty: string;
  /** No shift of any rotation lasts then, or everybody who could have it is away. */
  readonly why: 'no-shift' | 'everybody-away';
}

/** Who is on duty from one instant until another, by beginning; cut at both. */
export function shifts(roster: Roster, from: Instant, to: Instant): readonly Shift[] {
  const done: Shift[] = [];
  let running: Shift[] = [];
  for (const span of pieces(roster, from, to)) {
    const on = whoIsOn(roster, span.from);
    const next = on.map((one): Shift => {
      const same = running.find((shift) => isSame(shift, one));
      return { ...one, from: same?.from ?? span.from, to: span.to };
    });
    done.push(...running.filter((shift) => !on.some((one) => isSame(shift, one))));
    running = next;
  }
  return [...done, ...running].toSorted((a, b) => a.from - b.from || a.to - b.to);
}

const isSame = (a: OnDuty, b: OnDuty): boolean =>
  a.rotationId === b.rotationId &&
  a.contactId === b.contactId &&
  a.because === b.because &&
  a.insteadOf === b.insteadOf;

/** Times from one instant until another in which a duty with a rotation that has begun has nobody, by beginning. */
export function gaps(roster: Roster, from: Instant, to: Instant): readonly Gap[] {
  const duties = [...new Set(roster.rotations.map(({ duty }) => duty))];
  const named = roster.rotations.flatMap(({ turns, holidayTurns = [] }) => [...turns, ...holidayTurns].flat());
  const nobodyAway = { ...roster, absences: [], people: new Set(named) };
  const spans = pieces(roster, from, to);
  return duties
    .flatMap((duty) =>
      spans
        .filter((span) => isRostered(roster, duty, span.from) && onDuty(roster, duty, span.from).length === 0)
        .map((span): Gap => {
          const why = onDuty(nobodyAway, duty, span.from).length === 0 ? 'no-shift' : 'everybody-away';
          return { ...span, duty, why };
        })
        .reduce<Gap[]>((joined, gap) => {
          const last = joined.at(-1);
          if (last?.to !== gap.from || last.why !== gap.why) return [...joined, gap];
          return [...joined.slice(0, -1), { ...last, to: gap.to }];
        }, []),
    )
    .toSorted((a, b) => a.from - b.from);
}

/** Years, as text, of which a rotation would need the holidays between two instants, and the table has none. */
export function yearsWithoutHolidays(roster: Roster, from: Instant, to: Instant): readonly string[] {
  if (!roster.rotations.some(({ holidayTurns }) => holidayTurns !== undefined)) return [];
  const known = new Set(roster.holidays.map(({ date }) => date.slice(0, 4)));
  const years = [localDate(from, roster.timeZone), localDate(to, roster.timeZone)].map((date) => date.slice(0, 4));
  return [...new Set(years)].filter((year) => !known.has(year));
}

/** The time between two instants, cut wherever somebody may come or go. */
function pieces(roster: Roster, from: Instant, to: Instant): readonly Span[] {
  const { timeZone, rotations, overrides, swaps, absences } = roster;
  const days = datesFrom(addDays(localDate(from, timeZone), -1), addDays(localDate(to, timeZone), 1));
  const ends = ({ from: begin, to: end }: Span): readonly Instant[] => [begin, end];
  const cuts = [
    ...rotations.flatMap((rotation) => [
      instantOf(rotation.firstDay, rotation.handOver, timeZone),
      ...days.flatMap((day) => ends(shiftOfDay(rotation, day, timeZone))),
    ]),
    ...overrides.flatMap((each) => [...ends(each), each.made.at]),
    ...absences.flatMap((each) => [...ends(each), each.made.at]),
    ...swaps.flatMap(({ gives, takes = gives, answer }) => [
      ...ends(gives),
      ...ends(takes),
      ...(answer === undefined ? [] : [answer.at]),
    ]),
  ];
  const inside = [...new Set([from, ...cuts.filter((at) => at > from && at < to)])].toSorted((a, b) => a - b);
  return from < to ? inside.map((at, i) => ({ from: at, to: inside[i + 1] ?? to })) : [];
}
