import { MINUTE } from '../src/core/time.ts';
import type { DurationMs, Instant } from '../src/core/time.ts';
import type { Reading } from '../src/core/reading.ts';
import type { Derivation } from './derivation.ts';
import { firstAfter } from './input-view.ts';
import type { InputReading, Span, StoredInputs } from './input-view.ts';
import { arrivalOf } from './waiting.ts';

/** Readings remembered of one input at most, and of all inputs together. */
const OF_ONE_MAX = 10_000;
const OF_ALL_MAX = 500_000;
/** Remembered at least: inputs of one record come apart from each other. */
const REACH_LEAST_MS = 10 * MINUTE;

/**
 * What derivations have last read of each input, and what has been stored since: what they can still be given when
 * nothing can be read. As far back as a formula looks, and bounded; what it does not hold is missing, and is said to be.
 */
export class InputRecall {
  readonly #reach: ReadonlyMap<number, DurationMs>;
  readonly #most: number;
  /** By input, oldest first. Lists are replaced or appended to, never shared. */
  readonly #held = new Map<number, InputReading[]>();

  constructor(derivations: readonly Derivation[], before?: InputRecall) {
    this.#reach = reachOf(derivations);
    this.#most = Math.min(OF_ONE_MAX, Math.max(1, Math.floor(OF_ALL_MAX / Math.max(1, this.#reach.size))));
    if (before === undefined) return;
    for (const id of this.#reach.keys()) {
      const held = before.#held.get(id);
      if (held !== undefined) this.#held.set(id, [...held]);
    }
  }

  /** What was read of some inputs: it stands before what is held of the same stretch. */
  keep(read: StoredInputs): void {
    for (const [id, list] of read) {
      const [first, last] = [list[0], list.at(-1)];
      if (first === undefined || last === undefined || !this.#reach.has(id)) continue;
      const held = this.#held.get(id) ?? [];
      const [from, to] = [firstAfter(held, (first.at - 1) as Instant), firstAfter(held, last.at)];
      const between = held.slice(from, to);
      const middle = between.length <= list.length ? list : merged(between, list);
      this.#hold(id, [...held.slice(0, from), ...middle, ...held.slice(to)]);
    }
  }

  /** Readings as they are stored, in the order of judging. A second value for an instant is no input. */
  add(readings: readonly Reading[]): void {
    if (this.#reach.size === 0) return;
    for (const reading of readings) {
      const id = reading.sensorId;
      if (!this.#reach.has(id) || reading.flags.includes('conflict')) continue;
      const held = this.#held.get(id);
      if (held === undefined) this.#held.set(id, [arrivalOf({ reading })]);
      else {
        insert(held, arrivalOf({ reading }));
        if (held.length > 2 * this.#most) this.#hold(id, held);
      }
    }
  }

  /** What is held in some spans, oldest first. */
  within(spans: readonly Span[]): StoredInputs {
    const found = new Map<number, InputReading[]>();
    for (const { sensorId, from, to } of spans) {
      const held = this.#held.get(sensorId) ?? [];
      const own = held.slice(firstAfter(held, (from - 1) as Instant), firstAfter(held, to));
      const before = found.get(sensorId);
      if (before === undefined) found.set(sensorId, own);
      else before.push(...own);
    }
    return found;
  }

  #hold(id: number, list: readonly InputReading[]): void {
    const newest = list.at(-1)?.at ?? 0;
    const reached = firstAfter(list, (newest - (this.#reach.get(id) ?? 0) - 1) as Instant);
    this.#held.set(id, list.slice(Math.max(reached, list.length - this.#most)));
  }
}

/** How far back each input may be asked for. */
function reachOf(derivations: readonly Derivation[]): Map<number, DurationMs> {
  const reach = new Map<number, DurationMs>();
  const asFarAs = (id: number, back: DurationMs): void => {
    reach.set(id, Math.max(reach.get(id) ?? REACH_LEAST_MS, back));
  };
  for (const { primaryId, inputs, windowMs } of derivations) {
    asFarAs(primaryId, windowMs);
    for (const { sensorId, pairing } of inputs) asFarAs(sensorId, pairing.kind === 'nearest' ? pairing.maxAgeMs : 0);
  }
  return reach;
}

/** Of two for one instant the later in the arguments. */
const merged = (one: readonly InputReading[], other: readonly InputReading[]): InputReading[] =>
  [...new Map([...one, ...other].map((reading) => [reading.at, reading])).values()].sort((a, b) => a.at - b.at);

function insert(list: InputReading[], reading: InputReading): void {
  const place = firstAfter(list, reading.at);
  if (list[place - 1]?.at === reading.at) list[place - 1] = reading;
  else if (place === list.length) list.push(reading);
  else list.splice(place, 0, reading);
}
