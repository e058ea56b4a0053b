import type { CalloutPolicy, Contact } from './policy.ts';

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
