import type { CalloutPolicy } from './policy.ts';

/**
 * A callout's policy with telephone numbers and names as its site has them now: a corrected number is called from the
 * next attempt on, and a target that was added later is called by its name. Who is gone from the configuration keeps
 * his; rungs and duties stay as they were for everybody.
 */
export function withPresentPeople(stored: CalloutPolicy, present: CalloutPolicy): CalloutPolicy {
  const contacts = stored.contacts.map((contact) => {
    const now = present.contacts.find(({ id }) => id === contact.id);
    if (now === undefined) return contact;
    const { otherPhones: _former, ...kept } = contact;
    return { ...kept, name: now.name, phone: now.phone, ...(now.otherPhones && { otherPhones: now.otherPhones }) };
  });
  const targets = { ...stored.targets, ...present.targets };
  const { suspended, roster } = present;
  return {
    ...stored,
    siteName: present.siteName,
    contacts,
    targets,
    ...(suspended && { suspended }),
    roster,
  };
}
