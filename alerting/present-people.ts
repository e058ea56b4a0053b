import type { CalloutPolicy } from './policy.ts';

/**
 * A callout's policy with telephone numbers and names as its site has them now: a corrected number is called from the
 * next attempt on, and a target that was added later is called by its name. Who is gone from the configuration keeps
 * his; rungs and duties stay as they were for everybody. The roster is the present one: who is on duty now is called.
 */
export function withPresentPeople(stored: CalloutPolicy, present: CalloutPolicy): CalloutPolicy {
  const contacts = stored.contacts.map((contact) => {
    const now = present.contacts.find(({ id }) => id === contact.id);
    if (now === undefined) return contact;
    const { otherPhones: _phones, mail: _mail, siren: _siren, ...kept } = contact;
    const { otherPhones, mail, siren } = now;
    return {
      ...kept,
      name: now.name,
      phone: now.phone,
      ...(otherPhones && { otherPhones }),
      ...(mail !== undefined && { mail }),
      ...(siren !== undefined && { siren }),
    };
  });
  const targets = { ...stored.targets, ...present.targets };
  const { suspended, roster } = present;
  const { suspended: _lifted, ...kept } = stored;
  return {
    ...kept,
    siteName: present.siteName,
    contacts: [...contacts, ...newcomers(stored, present)],
    targets,
    ...(suspended && { suspended }),
    roster,
  };
}

/** Who was not there when the callout began, and is named by the roster now: else nobody could be called at a hand-over. */
function newcomers(stored: CalloutPolicy, { roster, contacts }: CalloutPolicy): CalloutPolicy['contacts'] {
  if (roster === undefined) return [];
  const named = new Set([
    ...roster.rotations.flatMap(({ turns, holidayTurns = [] }) => [...turns, ...holidayTurns].flat()),
    ...roster.overrides.flatMap(({ people }) => people),
    ...roster.absences.flatMap(({ standIn }) => standIn ?? []),
  ]);
  return contacts.filter(({ id }) => named.has(id) && !stored.contacts.some((known) => known.id === id));
}
