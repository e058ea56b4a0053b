import type { Instant } from '../src/core/time.ts';
import { RED_DUTIES } from './ladder.ts';
import { lineFrom } from './phones.ts';
import type { CalloutPolicy, Contact, Duty } from './policy.ts';
import { isRostered, onDuty } from './roster/on-duty.ts';
import type { Roster } from './roster/roster.ts';

/** The roster that a callout is decided by: who has no number that may be called is away. */
const rosterOf = (policy: CalloutPolicy): Roster | null =>
  policy.roster === undefined
    ? null
    : {
        ...policy.roster,
        timeZone: policy.timeZone,
        people: new Set(
          policy.contacts.filter((contact) => lineFrom(policy, contact) !== undefined).map(({ id }) => id),
        ),
      };

/** Who has a duty at an instant, by the roster; all contacts of the duty where no rotation of it has begun. */
export function withDuty(policy: CalloutPolicy, duty: Duty, at: Instant): readonly Contact[] {
  const roster = rosterOf(policy);
  if (roster === null || !isRostered(roster, duty, at)) return policy.contacts.filter((one) => one.duty === duty);
  return onDuty(roster, duty, at).flatMap((id) => policy.contacts.find((one) => one.id === id) ?? []);
}

/**
 * The duties that somebody answers for: the own one, and those that the roster has this person stand in for, whenever: who
 * was called before a hand-over may answer after it. A principal's word, and a recorded deputy's, is only ever one of theirs.
 */
export function dutiesOf({ contacts, roster }: CalloutPolicy, contactId: string): readonly Duty[] {
  const own = contacts.find(({ id }) => id === contactId)?.duty;
  if (own === undefined) return [];
  const standsIn = (roster?.rotations ?? []).flatMap(({ id, duty, turns, holidayTurns = [] }): Duty[] => {
    const overridden = (roster?.overrides ?? []).filter(({ rotationId }) => rotationId === id);
    const members = [...turns.flat(), ...holidayTurns.flat(), ...overridden.flatMap(({ people }) => people)];
    const covers = (roster?.absences ?? []).some(
      (absence) => absence.standIn === contactId && members.includes(absence.contactId),
    );
    // Duties of a roster were checked when it was saved.
    return covers || members.includes(contactId) ? [duty as Duty] : [];
  });
  return [own, ...standsIn.filter((duty) => !RED_DUTIES.includes(duty) || RED_DUTIES.includes(own))];
}
