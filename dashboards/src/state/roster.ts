import type { RosterPlan, RosterView } from '../../../src/contract/roster.ts';
import type { Language } from '../words/say.ts';

/** Name of a person; the id of who is no contact any more. */
export const personName = ({ people }: RosterView, contactId: string, language: Language): string =>
  people.find((person) => person.contactId === contactId)?.name[language] ?? contactId;

export const rotationName = ({ plan }: RosterView, rotationId: string): string =>
  plan.rotations.find(({ id }) => id === rotationId)?.name ?? rotationId;

/** Turns as they are typed: a line each, ids with commas between. */
export const turnsText = (turns: readonly (readonly string[])[]): string =>
  turns.map((turn) => turn.join(', ')).join('\n');

/** What was typed as turns; names are as good as ids. */
export function turnsOf(text: string, { people }: Pick<RosterView, 'people'>): string[][] {
  const idOf = (typed: string): string =>
    people.find(({ contactId, name }) => [contactId, name.zh, name.en].includes(typed))?.contactId ?? typed;
  return text
    .split('\n')
    .map((line) =>
      line
        .split(/[,，、;；]/)
        .map((one) => one.trim())
        .filter((one) => one !== '')
        .map(idOf),
    )
    .filter((turn) => turn.length > 0);
}

/** Holidays as they are typed or pasted: a day and a name on each line. */
export const holidaysText = (holidays: RosterPlan['holidays']): string =>
  holidays.map(({ date, name }) => `${date} ${name}`).join('\n');

/** What was typed as holidays. */
export const holidaysOf = (text: string): RosterPlan['holidays'] =>
  text.split('\n').flatMap((line) => {
    const [date = '', ...name] = line.trim().split(/[\s,，]+/);
    return date === '' ? [] : [{ date, name: name.join(' ') || date }];
  });

/** A plan with one rotation changed, or a new one at its end. */
export const withRotation = (plan: RosterPlan, rotation: RosterPlan['rotations'][number]): RosterPlan => ({
  ...plan,
  rotations: plan.rotations.some(({ id }) => id === rotation.id)
    ? plan.rotations.map((each) => (each.id === rotation.id ? rotation : each))
    : [...plan.rotations, rotation],
});
