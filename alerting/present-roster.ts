import type { Instant } from '../src/core/time.ts';
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
