import type { CalloutPolicy, Contact, Medium } from './policy.ts';

/** All numbers of a person, the one that is tried first in front. */
export const phonesOf = ({ phone, otherPhones = [] }: Contact): readonly string[] => [phone, ...otherPhones];

/**
 * The first of a person's numbers from `from` on that may be called, as its place among them; `undefined`: there is none.
 * Where every number of everybody is suspended none is: a stranger woken is better than nobody.
 */
export function lineFrom({ suspended = [], contacts }: CalloutPolicy, contact: Contact, from = 0): number | undefined {
  const isNobodyLeft = suspended.length > 0 && contacts.flatMap(phonesOf).every((phone) => suspended.includes(phone));
  const line = phonesOf(contact).findIndex((phone, i) => i >= from && (isNobodyLeft || !suspended.includes(phone)));
  return line === -1 ? undefined : line;
}

/** Where an attempt reaches a person: the number of its line, an address of mail, the name of a siren; empty: nowhere. */
export function addressOf(
  contact: Contact,
  { medium, line }: { readonly medium: Medium; readonly line: number },
): string {
  if (medium === 'mail') return contact.mail ?? '';
  if (medium === 'siren') return contact.siren ?? '';
  return phonesOf(contact)[line] ?? contact.phone;
}
