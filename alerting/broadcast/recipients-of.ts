import type { EvacuationGroup, Member } from '../../src/core/evacuation.ts';

interface Chosen {
  readonly groupId: string;
  readonly group: EvacuationGroup;
}

interface Listed {
  readonly groupId: string;
  readonly person: Member;
}

/** Who somebody is, over groups and versions: the same name at the same telephones. */
export const identityOf = ({ name, phones, place }: Member): string =>
  JSON.stringify([name, phones.length === 0 ? place : phones.toSorted()]);

/** Everybody of these groups, in the order of the groups and of their lists; who stands in two of them is told once, by the first. */
export function recipientsOf(chosen: readonly Chosen[]): readonly Listed[] {
  const listed = new Map<string, Listed>();
  for (const { groupId, group } of chosen) {
    for (const person of group.members) {
      const identity = identityOf(person);
      const known = listed.get(identity);
      const persons = Math.max(person.persons, known?.person.persons ?? 0);
      listed.set(
        identity,
        known === undefined ? { groupId, person } : { ...known, person: { ...known.person, persons } },
      );
    }
  }
  return [...listed.values()];
}
