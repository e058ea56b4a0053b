import type { Derivation } from './derivation.ts';

/** Which derivations take from which sensors. */
export interface DerivationGraph {
  /** Each behind what it takes from. */
  readonly derivations: readonly Derivation[];
  /** Whether some derivation takes from it. */
  isTaken(sensorId: number): boolean;
  /**
   * The derivations that take from some sensors, or make some others, and all that take from those, in the same order.
   */
  concerned(taken: Iterable<number>, made: Iterable<number>): Derivation[];
}

/** @throws TypeError when derivations go in a circle. */
export function derivationGraph(derivations: readonly Derivation[]): DerivationGraph {
  const ordered = inOrderOfInputs(derivations);
  const indexOf = new Map(ordered.map(({ sensor }, i) => [sensor.id, i]));
  const consumers = new Map<number, number[]>();
  for (const [i, derivation] of ordered.entries()) {
    for (const id of new Set(inputIds(derivation))) {
      const own = consumers.get(id);
      if (own === undefined) consumers.set(id, [i]);
      else own.push(i);
    }
  }
  return {
    derivations: ordered,
    isTaken: (sensorId) => consumers.has(sensorId),
    concerned(taken, made) {
      const found = new Set<number>();
      const follow = (id: number): void => {
        for (const i of consumers.get(id) ?? []) add(i);
      };
      const add = (i: number): void => {
        const derivation = ordered[i];
        if (derivation === undefined || found.has(i)) return;
        found.add(i);
        follow(derivation.sensor.id);
      };
      for (const id of taken) follow(id);
      for (const id of made) add(indexOf.get(id) ?? -1);
      return [...found].toSorted((a, b) => a - b).flatMap((i) => ordered[i] ?? []);
    },
  };
}

const inputIds = ({ primaryId, inputs }: Derivation): number[] => [
  primaryId,
  ...inputs.map(({ sensorId }) => sensorId),
];

/** Derivations so ordered that each stands behind those it takes from. @throws TypeError when they go in a circle. */
function inOrderOfInputs(derivations: readonly Derivation[]): Derivation[] {
  const byId = new Map(derivations.map((derivation) => [derivation.sensor.id, derivation]));
  const done = new Set<number>();
  const ordered: Derivation[] = [];
  const visit = (derivation: Derivation, above: readonly number[]): void => {
    const { id } = derivation.sensor;
    if (done.has(id)) return;
    if (above.includes(id)) throw new TypeError(`sensor ${String(id)} is derived from itself`);
    for (const input of inputIds(derivation)) {
      const before = byId.get(input);
      if (before !== undefined) visit(before, [...above, id]);
    }
    done.add(id);
    ordered.push(derivation);
  };
  for (const derivation of derivations) visit(derivation, []);
  return ordered;
}
