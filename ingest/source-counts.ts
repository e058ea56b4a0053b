import { HOUR, instant } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import type { Admitted } from './admit.ts';
import type { Known } from './take-in.ts';

/** What came of one sensor or channel in one hour of arrival. Each reading is one of the first three. */
export interface Tally {
  readonly sensorId: number;
  readonly hour: Instant;
  readonly good: number;
  readonly doubtful: number;
  /** Too late to be judged, whatever its quality. */
  readonly late: number;
  /** The same value for the same instant again: not stored a second time. */
  readonly doubled: number;
  /** Arrival of the newest good one; null: none was good. */
  readonly lastGoodAt: Instant | null;
}
type Counting = { -readonly [K in keyof Tally]: Tally[K] };

/** Counts what was committed until it is stored by the hour. What is not stored when the process dies is not counted. */
export class SourceCounts {
  /** By hour of arrival, then by sensor. */
  readonly #hours = new Map<Instant, Map<number, Counting>>();

  get size(): number {
    return [...this.#hours.values()].reduce((size, hour) => size + hour.size, 0);
  }

  add(admitted: readonly Admitted[]): void {
    for (const { reading } of admitted) {
      const tally = this.#of(reading.sensorId, reading.receivedAt);
      if (reading.flags.includes('late')) tally.late += 1;
      else if (reading.quality === 'doubtful') tally.doubtful += 1;
      else {
        tally.good += 1;
        if (reading.receivedAt > (tally.lastGoodAt ?? 0)) tally.lastGoodAt = reading.receivedAt;
      }
    }
  }

  /** Counts those of a batch that made no reading, because what they say is stored already. */
  addDoubled(batch: readonly Known[], admitted: readonly Admitted[]): void {
    if (batch.length === admitted.length) return;
    for (const { sample, memory } of batch) this.#of(memory.sensor.id, sample.receivedAt).doubled += 1;
    for (const { reading } of admitted) this.#of(reading.sensorId, reading.receivedAt).doubled -= 1;
  }

  /** Some of them, the oldest hour first. They stay until they are stored. */
  portion(most: number): readonly Tally[] {
    const portion: Tally[] = [];
    for (const hour of this.#hours.values()) {
      for (const tally of hour.values()) {
        if (portion.length === most) return portion;
        portion.push(tally);
      }
    }
    return portion;
  }

  /** Forgets what is stored. Nothing may have been counted since the portion was taken. */
  stored(portion: readonly Tally[]): void {
    for (const { sensorId, hour } of portion) {
      const ofHour = this.#hours.get(hour);
      ofHour?.delete(sensorId);
      if (ofHour?.size === 0) this.#hours.delete(hour);
    }
  }

  #of(sensorId: number, receivedAt: Instant): Counting {
    const hour = instant(receivedAt - (receivedAt % HOUR));
    let ofHour = this.#hours.get(hour);
    if (ofHour === undefined) this.#hours.set(hour, (ofHour = new Map<number, Counting>()));
    let tally = ofHour.get(sensorId);
    if (tally === undefined) {
      tally = { sensorId, hour, good: 0, doubtful: 0, late: 0, doubled: 0, lastGoodAt: null };
      ofHour.set(sensorId, tally);
    }
    return tally;
  }
}
