import type { Reading } from '../src/core/reading.ts';
import type { Sample } from '../src/core/sample.ts';
import type { Instant } from '../src/core/time.ts';
import { admit, clockFault } from './admit.ts';
import type { Admitted } from './admit.ts';
import { recollection, remember } from './plausibility.ts';
import type { Remembered } from './plausible/past.ts';
import type { Marks, SensorMemory } from './sensor-memory.ts';

/** A sample whose sensor is known. */
export interface Known {
  readonly sample: Sample;
  readonly memory: SensorMemory;
}

/** Sensor and instant: what is stored once. */
export interface Key {
  readonly sensorId: number;
  readonly observedAt: Instant;
}

/** Values stored under some keys, those of conflicts included; null: a reading without number. */
export type StoredValues = ReadonlyMap<string, readonly (number | null)[]>;
export const keyText = ({ sensorId, observedAt }: Key): string => `${String(sensorId)}@${String(observedAt)}`;

/** What a batch of samples comes to. */
export interface Taken {
  /** New rows of `reading`. */
  readonly readings: readonly Reading[];
  /** New rows of `reading_conflict`. */
  readonly conflicts: readonly Reading[];
  /** All of them in the order in which they are judged. */
  readonly admitted: readonly Admitted[];
  /** How far each sensor comes by this batch, by sensor id. */
  readonly marks: ReadonlyMap<number, Marks>;
}

/**
 * The samples in the order in which they are to be judged: by when they were measured, or arrived if their clock
 * cannot be believed. What stands in one order already is not touched; equals keep the order of arrival.
 */
export function inJudgingOrder<T extends Known>(batch: readonly T[]): readonly T[] {
  const at = ({ sample, memory }: Known): Instant =>
    clockFault(memory.sensor, sample) === null ? sample.observedAt : sample.receivedAt;
  let previous = -Infinity;
  for (const each of batch) {
    const next = at(each);
    if (next < previous) return batch.toSorted((a, b) => at(a) - at(b));
    previous = next;
  }
  return batch;
}

/** The keys that may be stored already and must be looked up. None for samples that are each newer than all before. */
export function keysToLookUp(batch: readonly Known[]): Key[] {
  const newest = new Map<number, Instant>();
  const keys: Key[] = [];
  for (const { sample, memory } of batch) {
    const { id } = memory.sensor;
    if (sample.observedAt > (newest.get(id) ?? memory.newestStoredAt)) newest.set(id, sample.observedAt);
    else keys.push({ sensorId: id, observedAt: sample.observedAt });
  }
  return keys;
}

/** Marks while a batch is taken. */
interface Coming {
  newestStoredAt: Instant;
  judgedUpTo: Instant;
  readonly past: Remembered[] | null;
}

/**
 * Sorts out a batch, given in judging order: what is stored already is dropped, another value for the same key is a
 * conflict and judged after all others, the rest are new readings.
 *
 * @param stored the values under `keysToLookUp(batch)`, as the database has them; null when there was no such key.
 */
export function takeIn(batch: readonly Known[], stored: StoredValues | null): Taken {
  const isNew = stored === null ? { fresh: batch, conflicting: [] } : sortOut(batch, stored);
  const marks = new Map<number, Coming>();
  const readings: Reading[] = [];
  const conflicts: Reading[] = [];
  const admitted: Admitted[] = [];

  const take = ({ sample, memory }: Known, isConflict: boolean): void => {
    const { sensor, newestStoredAt, judgedUpTo, maintenance } = memory;
    let mark = marks.get(sensor.id);
    if (mark === undefined)
      marks.set(sensor.id, (mark = { newestStoredAt, judgedUpTo, past: recollection(memory.past) }));
    const { past } = mark;
    const result = admit(sensor, sample, { judgedUpTo: mark.judgedUpTo, maintenance, past, isConflict });
    (isConflict ? conflicts : readings).push(result.reading);
    admitted.push(result);
    if (sample.observedAt > mark.newestStoredAt) mark.newestStoredAt = sample.observedAt;
    remember(past, sensor, result.reading);
    if (!result.onArrival && sample.observedAt > mark.judgedUpTo) mark.judgedUpTo = sample.observedAt;
  };
  for (const known of isNew.fresh) take(known, false);
  for (const known of isNew.conflicting) take(known, true);
  return { readings, conflicts, admitted, marks };
}

function sortOut(batch: readonly Known[], stored: StoredValues): Record<'fresh' | 'conflicting', readonly Known[]> {
  const values = new Map([...stored].map(([key, list]) => [key, new Set<number | null>(list)]));
  const fresh: Known[] = [];
  const conflicting: Known[] = [];
  for (const known of batch) {
    const { observedAt, value } = known.sample;
    const key = keyText({ sensorId: known.memory.sensor.id, observedAt });
    const have = values.get(key);
    // Of an instant that has a value, a word that there is none says nothing.
    if (have?.has(value) === true || (have !== undefined && value === null)) continue;
    if (have === undefined) values.set(key, new Set([value]));
    else have.add(value);
    (have === undefined ? fresh : conflicting).push(known);
  }
  return { fresh, conflicting };
}
