import type { RosterContent, Rotation, Turn } from './roster.ts';

/** What is wrong with a plan, and where: `rotations.0.turns.2`. */
export interface RosterFault {
  readonly path: string;
  readonly message: string;
}

/** What a plan may name. */
export interface Known {
  /** The duty of each contact, by its id. */
  readonly contacts: ReadonlyMap<string, string>;
  readonly duties: ReadonlySet<string>;
  /** Duties whose word alone settles red: only who has one of them himself stands in for them. */
  readonly alone: ReadonlySet<string>;
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
    ...turns.flatMap((turn, i) => turnFaults(duty, turn, `${path}.turns.${String(i)}`, known)),
    ...holidayTurns.flatMap((turn, i) => turnFaults(duty, turn, `${path}.holidayTurns.${String(i)}`, known)),
  ];
}

/** What is wrong with these people having a duty. */
export const turnFaults = (duty: string, turn: Turn, path: string, known: Known): readonly RosterFault[] =>
  turn.flatMap((id) => {
    const unknown = unknownContact(id, path, known);
    if (unknown.length > 0 || !known.alone.has(duty) || known.alone.has(known.contacts.get(id) ?? '')) return unknown;
    return [fault(path, `cannot settle red, which only the principal and the recorded deputies can: ${id}`)];
  });

const fault = (path: string, message: string): RosterFault => ({ path, message });

const unknownContact = (id: string, path: string, { contacts }: Known): readonly RosterFault[] =>
  contacts.has(id) ? [] : [fault(path, `is no contact of this site: ${id}`)];

/** Where something stands that stood before. */
const twice = (all: readonly string[]): readonly number[] => all.flatMap((one, i) => (all.indexOf(one) < i ? [i] : []));
