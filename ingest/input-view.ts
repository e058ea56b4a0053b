import { HOUR } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import type { MaintenanceWindow } from './sensor-memory.ts';

/** A reading as a derivation takes it. */
export interface InputReading {
  readonly at: Instant;
  readonly receivedAt: Instant;
  readonly value: number | null;
  readonly doubtful: boolean;
  /** Somebody was working on its point: what is made of it is not judged either. */
  readonly maintenance: boolean;
  /** No instrument of its range can have measured it: it stands for no other time than its own. */
  readonly outOfRange: boolean;
  /** Its time can be believed. */
  readonly believed: boolean;
}

/** A reading with a number and a time that count. */
export type CountedReading = InputReading & { readonly value: number };

/** A stretch of a sensor's readings, both ends included. */
export interface Span {
  readonly sensorId: number;
  readonly from: Instant;
  readonly to: Instant;
}

/** Stored readings by sensor, oldest first. */
export type StoredInputs = ReadonlyMap<number, readonly InputReading[]>;

/** What is known of an input: stored before, and just come. */
export interface InputView {
  /** Of exactly this instant, believed or not. */
  at(at: Instant): InputReading | undefined;
  /** Oldest first. */
  readonly counted: readonly CountedReading[];
  /** Of its own point. */
  readonly maintenance: readonly MaintenanceWindow[];
}

export function inputView(
  stored: readonly InputReading[],
  come: readonly InputReading[],
  maintenance: readonly MaintenanceWindow[],
): InputView {
  const byInstant = new Map([...stored, ...come].map((reading) => [reading.at, reading]));
  const counted = [...byInstant.values()].filter((reading): reading is CountedReading => counts(reading));
  counted.sort((a, b) => a.at - b.at);
  return { at: (at) => byInstant.get(at), counted, maintenance };
}

const counts = ({ believed, value, outOfRange }: InputReading): boolean => believed && value !== null && !outOfRange;

/** Index of the first reading after an instant. */
export function firstAfter(readings: readonly InputReading[], at: Instant): number {
  let [low, high] = [0, readings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((readings[middle]?.at ?? Infinity) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Spans closer than this are read as one. */
const NEAR_MS = HOUR;

/** The same spans in few pieces. */
export function mergedSpans(spans: readonly Span[]): Span[] {
  const merged: { sensorId: number; from: Instant; to: Instant }[] = [];
  for (const span of spans.toSorted((a, b) => a.sensorId - b.sensorId || a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || last.sensorId !== span.sensorId || span.from > last.to + NEAR_MS)
      merged.push({ ...span });
    else if (span.to > last.to) last.to = span.to;
  }
  return merged;
}
