import type { Instant } from '../../src/core/time.ts';
import { instantOf } from '../../src/core/zone.ts';
import type { Absence, Roster, Rotation, Span } from './roster.ts';
import { dayAt, turnOf } from './turn.ts';

/** Why somebody is on duty. */
export type Because = 'turn' | 'holiday' | 'swap' | 'override' | 'cover';

/** Somebody who is on duty, and by which rotation. */
export interface OnDuty {
  readonly rotationId: string;
  readonly duty: string;
  readonly contactId: string;
  readonly because: Because;
  /** In whose place, of a swap and a cover. */
  readonly insteadOf?: string;
}

/** Who is on duty for a duty at an instant, by the rotations of the roster; empty: a gap. */
export const onDuty = (roster: Roster, duty: string, at: Instant): readonly string[] => [
  ...new Set(
    whoIsOn(roster, at)
      .filter((one) => one.duty === duty)
      .map(({ contactId }) => contactId),
  ),
];

/**
 * Whether a roster says who is on duty for a duty at an instant: one of its rotations has begun. Else all contacts of the
 * duty are on duty.
 */
export const isRostered = (roster: Roster, duty: string, at: Instant): boolean =>
  roster.rotations.some(
    (rotation) => rotation.duty === duty && at >= instantOf(rotation.firstDay, rotation.handOver, roster.timeZone),
  );

/** Everybody who is on duty at an instant, and why, in the order of the rotations. */
export const whoIsOn = (roster: Roster, at: Instant): readonly OnDuty[] =>
  roster.rotations.flatMap((rotation) => onRotation(roster, rotation, at));

/** Whose turn it is; then what was swapped; then what was overridden; and whoever of these is away is covered. */
function onRotation(roster: Roster, rotation: Rotation, at: Instant): readonly OnDuty[] {
  const date = dayAt(rotation, at, roster.timeZone);
  if (date === undefined) return [];
  const { people, isHoliday } = turnOf(rotation, date, roster.holidays);
  const { id: rotationId, duty } = rotation;
  const because = isHoliday ? 'holiday' : 'turn';
  const inTurn = people.map((contactId): OnDuty => ({ rotationId, duty, contactId, because }));
  const swapped = inTurn.map((one) => afterSwaps(roster, one, at));
  const override = roster.overrides.findLast(
    (each) => each.rotationId === rotationId && isWithin(each, at) && at >= each.made.at,
  );
  const meant =
    override === undefined
      ? swapped
      : override.people.map((contactId): OnDuty => ({ rotationId, duty, contactId, because: 'override' }));
  return covered(roster, rotation, once(meant), at);
}

const isWithin = ({ from, to }: Span, at: Instant): boolean => from <= at && at < to;

/** Swaps hold one after the other, as they were agreed to. */
function afterSwaps(roster: Roster, one: OnDuty, at: Instant): OnDuty {
  const agreed = roster.swaps
    .filter(({ rotationId, answer }) => rotationId === one.rotationId && answer?.word === 'agreed' && at >= answer.at)
    .toSorted((a, b) => (a.answer?.at ?? 0) - (b.answer?.at ?? 0));
  return agreed.reduce<OnDuty>((now, { asker, other, gives, takes }) => {
    const insteadOf = now.insteadOf ?? now.contactId;
    if (now.contactId === asker && isWithin(gives, at)) return { ...now, contactId: other, because: 'swap', insteadOf };
    if (now.contactId === other && takes !== undefined && isWithin(takes, at))
      return { ...now, contactId: asker, because: 'swap', insteadOf };
    return now;
  }, one);
}

/** Nobody is on duty twice by one rotation. */
const once = (people: readonly OnDuty[]): readonly OnDuty[] =>
  people.filter((one, i) => people.findIndex(({ contactId }) => contactId === one.contactId) === i);

function covered(roster: Roster, rotation: Rotation, meant: readonly OnDuty[], at: Instant): readonly OnDuty[] {
  const able = (contactId: string): boolean =>
    roster.people.has(contactId) && absenceOf(roster, contactId, at) === undefined;
  const there = meant.filter(({ contactId }) => able(contactId));
  return meant
    .filter(({ contactId }) => !able(contactId))
    .reduce((on, one) => {
      const standIn = absenceOf(roster, one.contactId, at)?.standIn;
      const isFree = (contactId: string): boolean =>
        able(contactId) && !on.some((other) => other.contactId === contactId);
      const cover = [...(standIn === undefined ? [] : [standIn]), ...nextAfter(rotation, one.contactId)].find(isFree);
      if (cover === undefined) return on;
      return [...on, { ...one, contactId: cover, because: 'cover' as const, insteadOf: one.contactId }];
    }, there);
}

const absenceOf = ({ absences }: Roster, contactId: string, at: Instant): Absence | undefined =>
  absences.findLast((absence) => absence.contactId === contactId && isWithin(absence, at) && at >= absence.made.at);

/** The others of a rotation, beginning with those whose turn comes after this person's. */
function nextAfter({ turns, holidayTurns = [] }: Rotation, contactId: string): readonly string[] {
  const own = Math.max(
    0,
    turns.findIndex((turn) => turn.includes(contactId)),
  );
  const after = [...turns.slice(own + 1), ...turns.slice(0, own + 1)].flat();
  return [...after, ...holidayTurns.flat()].filter((each) => each !== contactId);
}
