import type { RosterContent, Rotation } from './roster.ts';

/** What is wrong with a plan, and where: `rotations.0.turns.2`. */
export interface RosterFault {
  readonly path: string;
  readonly message: string;
}

/** What a plan may name. */
interface Known {
  readonly contacts: ReadonlySet<string>;
  readonly duties: ReadonlySet<string>;
}

type Plan = Pick<RosterContent, 'rotations' | 'holidays' | 'accounts' | 'responsible'>;

/** Everything that makes a plan unusable. A plan that leaves gaps is not among it: those are listed, and nag. */
export function rosterFaults(
  { rotations, holidays, accounts, responsible }: Plan,
  known: Known,
): readonly RosterFault[] {
  return [
    ...twice(rotations.map(({ id }) => id)).map((i) => fault(`rotations.${String(i)}.id`, 'is there twice')),
    ...rotations.flatMap((rotation, i) => rotationFaults(rotation, `rotations.${String(i)}`, known)),
    ...twice(holidays.map(({ date }) => date)).map((i) => fault(`holidays.${String(i)}.date`, 'is there twice')),
    ...Object.keys(accounts).flatMap((id) => unknownContact(id, `accounts.${id}`, known)),
    ...(responsible === undefined ? [] : unknownContact(responsible, 'responsible', known)),
  ];
}

function rotationFaults(rotation: Rotation, path: string, known: Known): readonly RosterFault[] {
  const { duty, handOver, until, firstDay, lastDay, turns, holidayTurns = [] } = rotation;
  return [
    ...(known.duties.has(duty) ? [] : [fault(`${path}.duty`, `is no duty of this site: ${duty}`)]),
    ...(until === handOver ? [fault(`${path}.until`, 'is the hand-over itself: leave it out for the whole day')] : []),
    ...(lastDay !== undefined && lastDay < firstDay ? [fault(`${path}.lastDay`, 'is before the first day')] : []),
    ...turns.flatMap((turn, i) => turn.flatMap((id) => unknownContact(id, `${path}.turns.${String(i)}`, known))),
    ...holidayTurns.flatMap((turn, i) =>
      turn.flatMap((id) => unknownContact(id, `${path}.holidayTurns.${String(i)}`, known)),
    ),
  ];
}

const fault = (path: string, message: string): RosterFault => ({ path, message });

const unknownContact = (id: string, path: string, { contacts }: Known): readonly RosterFault[] =>
  contacts.has(id) ? [] : [fault(path, `is no contact of this site: ${id}`)];

/** Where something stands that stood before. */
const twice = (all: readonly string[]): readonly number[] => all.flatMap((one, i) => (all.indexOf(one) < i ? [i] : []));
