import type { Member } from './evacuation.ts';

/**
 * The entries that would be called no more, or at fewer numbers, if `after` took the place of `before`. A number or a name that was
 * corrected is no loss: a wrong one must be right at once.
 */
export function lostBy(before: readonly Member[], after: readonly Member[]): readonly Member[] {
  const left = new Set(after);
  // Whoever is found by his numbers first leaves the others of his name to be found by it.
  const atNumbers = before.filter((member) => !take(left, ({ phones }) => isReached(member, phones)));
  return atNumbers.filter(
    (member) => !take(left, ({ name, phones }) => name === member.name && phones.length >= member.phones.length),
  );
}

const isReached = ({ phones }: Member, at: readonly string[]): boolean =>
  phones.length > 0 && phones.every((phone) => at.includes(phone));

/** Takes the first that fits out of the set; false: none does. */
function take(left: Set<Member>, fits: (member: Member) => boolean): boolean {
  const found = [...left].find(fits);
  return found !== undefined && left.delete(found);
}
