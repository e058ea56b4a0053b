import type { Reading } from '../src/core/reading.ts';
import { SECOND, elapsedMs } from '../src/core/time.ts';
import type { DurationMs, Instant } from '../src/core/time.ts';
import { admitDerived } from './admit.ts';
import type { Admitted } from './admit.ts';
import type { Derivation } from './derivation.ts';
import { derivationGraph } from './derivation-graph.ts';
import type { DerivationGraph } from './derivation-graph.ts';
import { derivedSample } from './derived-sample.ts';
import { NEVER, hasShown, isSettled, raise, spansFor } from './find-input.ts';
import { inputView, mergedSpans } from './input-view.ts';
import type { InputView, Span, StoredInputs } from './input-view.ts';
import { recollection, remember } from './plausibility.ts';
import type { Marks, SensorMemory } from './sensor-memory.ts';
import { arrivalOf, queue, split } from './waiting.ts';
import type { Arrival, Waiting } from './waiting.ts';

/** How long a derivation waits for an input that may still come. */
const PAIR_GRACE_MS = 30 * SECOND;

/** What a batch, or the passing of time, may make: the inputs to read for it. */
export interface Prepared {
  readonly spans: readonly Span[];
  readonly fresh: ReadonlyMap<number, readonly Arrival[]>;
  readonly concerned: readonly Derivation[];
  readonly newest: ReadonlyMap<number, Instant>;
  readonly now: Instant;
  readonly isTick: boolean;
}

/** Derived readings, and how far each sensor comes by them. */
export interface Derived {
  readonly admitted: readonly Admitted[];
  readonly readings: readonly Reading[];
  readonly marks: ReadonlyMap<number, Marks>;
  /** Makes what waits now the state that the next starts from. Called once, after COMMIT. */
  adopt(): void;
}

/** What is remembered of a derived sensor. */
type Remembered = Omit<SensorMemory, 'sensor'>;

interface PairingOptions {
  readonly derivations: readonly Derivation[];
  /** Newest believed reading of each input. */
  readonly newest: ReadonlyMap<number, Instant>;
  /** By derived sensor, oldest first. */
  readonly waiting: ReadonlyMap<number, readonly Waiting[]>;
  readonly graceMs?: DurationMs;
}

/**
 * Brings inputs of one instant together, so that what is derived does not depend on the order in which they came.
 *
 * ```
 *   primary reading ──► waiting ── every input is there, or has shown a later one ──► derived reading
 *                          └────── a tick finds that it has waited for the grace ───────────▲
 * ```
 *
 * It holds for inputs each of which comes in the order of its own time and no more often than its interval.
 * What is late or has a wrong clock waits for all inputs or the grace. Pure but for `adopt`.
 */
export class PairingDesk {
  readonly #graph: DerivationGraph;
  readonly #newest: Map<number, Instant>;
  readonly #waiting: Map<number, readonly Waiting[]>;
  readonly #graceMs: DurationMs;
  /** Two intervals at most: a sensor whose input has died must not seem to fall silent again and again. */
  readonly #graceOf: ReadonlyMap<number, DurationMs>;

  constructor({ derivations, newest, waiting, graceMs = PAIR_GRACE_MS }: PairingOptions) {
    this.#graph = derivationGraph(derivations);
    this.#newest = new Map(newest);
    this.#waiting = new Map(waiting);
    this.#graceMs = graceMs;
    this.#graceOf = new Map(derivations.map(({ sensor }) => [sensor.id, Math.min(graceMs, 2 * sensor.intervalMs)]));
  }

  get derivations(): readonly Derivation[] {
    return this.#graph.derivations;
  }

  /** Another desk that stands where this one does; neither changes the other. */
  copy(): PairingDesk {
    const [newest, waiting, graceMs] = [this.#newest, this.#waiting, this.#graceMs];
    return new PairingDesk({ derivations: this.derivations, newest, waiting, graceMs });
  }

  /** What must be read before `derive`; null when there is nothing to derive. */
  prepare(admitted: readonly Admitted[], now: Instant, isTick = false): Prepared | null {
    const fresh = this.#arrivals(admitted);
    const concerned = this.#concerned(fresh, now, isTick);
    if (concerned.length === 0) return null;
    const newest = new Map<number, Instant>();
    for (const [id, arrivals] of fresh) raise(newest, id, this.#newest.get(id), arrivals);
    return { spans: this.#spans({ fresh, concerned, newest, now, isTick }), fresh, concerned, newest, now, isTick };
  }

  /** @param stored the readings in `prepared.spans`, oldest first. */
  derive(prepared: Prepared, stored: StoredInputs, memoryOf: (sensorId: number) => Remembered): Derived {
    const { concerned, now, isTick } = prepared;
    const fresh = new Map(prepared.fresh);
    const newest = new Map(prepared.newest);
    const newestOf = (id: number): Instant => newest.get(id) ?? this.#newest.get(id) ?? NEVER;
    const waiting = new Map<number, readonly Waiting[]>();
    const marks = new Map<number, Marks>();
    const admitted: Admitted[] = [];
    const views = new Map<number, InputView>();
    const viewOf = (id: number): InputView => {
      const found = views.get(id) ?? inputView(stored.get(id) ?? [], fresh.get(id) ?? [], memoryOf(id).maintenance);
      views.set(id, found);
      return found;
    };

    for (const derivation of concerned) {
      const { id } = derivation.sensor;
      const isReady = (each: Waiting): boolean =>
        this.#isDue(derivation.sensor.id, each, now, isTick) || isSettled(derivation, each, viewOf, newestOf);
      const { ready, kept } = split(this.#queue(derivation, fresh, now), isReady);
      waiting.set(id, kept);
      if (ready.length === 0) continue;
      const { maintenance, ...come } = memoryOf(id);
      const past = recollection(come.past);
      const made: Arrival[] = [];
      let { newestStoredAt, judgedUpTo } = come;
      for (const each of ready) {
        const computed = derivedSample(derivation, each, viewOf, maintenance);
        const result = admitDerived(derivation.sensor, computed, { judgedUpTo, maintenance, past });
        remember(past, derivation.sensor, result.reading);
        const { observedAt } = result.reading;
        admitted.push(result);
        if (observedAt > newestStoredAt) newestStoredAt = observedAt;
        if (!result.onArrival && observedAt > judgedUpTo) judgedUpTo = observedAt;
        made.push(arrivalOf(result));
      }
      marks.set(id, { newestStoredAt, judgedUpTo, past });
      fresh.set(id, made);
      raise(newest, id, this.#newest.get(id), made);
    }
    return {
      admitted,
      readings: admitted.map(({ reading }) => reading),
      marks,
      adopt: () => {
        for (const [id, at] of newest) this.#newest.set(id, at);
        for (const [id, list] of waiting) {
          if (list.length > 0) this.#waiting.set(id, list);
          else this.#waiting.delete(id);
        }
      },
    };
  }

  /** Readings that some derivation takes. A second value for an instant is not one: the first stands. */
  #arrivals(admitted: readonly Admitted[]): Map<number, readonly Arrival[]> {
    const fresh = new Map<number, Arrival[]>();
    if (this.derivations.length === 0) return fresh;
    for (const each of admitted) {
      const { sensorId, flags } = each.reading;
      if (!this.#graph.isTaken(sensorId) || flags.includes('conflict')) continue;
      const own = fresh.get(sensorId);
      if (own === undefined) fresh.set(sensorId, [arrivalOf(each)]);
      else own.push(arrivalOf(each));
    }
    return fresh;
  }

  #concerned(fresh: ReadonlyMap<number, unknown>, now: Instant, isTick: boolean): Derivation[] {
    const isRipe = (id: number, each: Waiting): boolean => !each.tried || this.#isDue(id, each, now, isTick);
    const ripe = [...this.#waiting].filter(([id, list]) => list.some((each) => isRipe(id, each)));
    return this.#graph.concerned(
      fresh.keys(),
      ripe.map(([id]) => id),
    );
  }

  /** Everything that may be made needs, or somewhat more: what derived sensors will give is not known yet. */
  #spans({ fresh, concerned, newest, now, isTick }: Omit<Prepared, 'spans'>): Span[] {
    const likely = new Map<number, readonly Arrival[]>(fresh);
    const upTo = new Map(newest);
    const newestOf = (id: number): Instant => upTo.get(id) ?? this.#newest.get(id) ?? NEVER;
    const spans: Span[] = [];
    for (const derivation of concerned) {
      const { sensor, inputs } = derivation;
      const mayBeReady = (each: Waiting): boolean =>
        this.#isDue(derivation.sensor.id, each, now, isTick) ||
        (each.patient ? !each.tried : inputs.every((i) => hasShown(i, each, newestOf)));
      const { ready } = split(this.#queue(derivation, likely, now), mayBeReady);
      for (const each of ready) spans.push(...spansFor(derivation, each));
      const made = ready.map((each): Arrival => ({ ...each, late: each.patient }));
      if (made.length === 0) continue;
      likely.set(sensor.id, made);
      raise(upTo, sensor.id, this.#newest.get(sensor.id), made);
    }
    return mergedSpans(spans);
  }

  #queue({ sensor, primaryId }: Derivation, fresh: ReadonlyMap<number, readonly Arrival[]>, now: Instant): Waiting[] {
    return queue(this.#waiting.get(sensor.id) ?? [], fresh.get(primaryId) ?? [], now);
  }

  #isDue = (sensorId: number, { since }: Waiting, now: Instant, isTick: boolean): boolean =>
    isTick && elapsedMs(since, now) >= (this.#graceOf.get(sensorId) ?? this.#graceMs);
}
