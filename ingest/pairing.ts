import { hasClockFault } from '../src/core/reading.ts';
import type { Reading } from '../src/core/reading.ts';
import { SECOND, elapsedMs, instant } from '../src/core/time.ts';
import type { DurationMs, Instant } from '../src/core/time.ts';
import { admitDerived } from './admit.ts';
import type { Admitted } from './admit.ts';
import { calibrationAt, inOrderOfInputs } from './derivation.ts';
import type { Calibration, Computed, Derivation, Given, Input } from './derivation.ts';
import { firstAfter, inputView, mergedSpans } from './input-view.ts';
import type { InputReading, InputView, Span, StoredInputs } from './input-view.ts';
import { recollection, remember } from './plausibility.ts';
import type { Marks, SensorMemory } from './sensor-memory.ts';

/** How long a derivation waits for an input that may still come. */
const PAIR_GRACE_MS = 30 * SECOND;
const NEVER = instant(-Infinity);

/** A primary reading that waits for its inputs. */
export interface Waiting extends InputReading {
  /** It came late or its clock is wrong: only time tells when to wait no longer. */
  readonly patient: boolean;
  readonly since: Instant;
  /** Whether its inputs were ever looked for. */
  readonly tried: boolean;
}

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

type Arrival = InputReading & { readonly late: boolean };
/** What is remembered of a derived sensor. */
type Past = Omit<SensorMemory, 'sensor'>;
type NewestOf = (sensorId: number) => Instant;

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
  readonly #ordered: readonly Derivation[];
  readonly #indexOf: ReadonlyMap<number, number>;
  readonly #consumers = new Map<number, number[]>();
  readonly #newest: Map<number, Instant>;
  readonly #waiting: Map<number, readonly Waiting[]>;
  readonly #graceMs: DurationMs;

  constructor({ derivations, newest, waiting, graceMs = PAIR_GRACE_MS }: PairingOptions) {
    this.#ordered = inOrderOfInputs(derivations);
    this.#indexOf = new Map(this.#ordered.map(({ sensor }, i) => [sensor.id, i]));
    for (const [i, { primaryId, inputs }] of this.#ordered.entries()) {
      for (const id of new Set([primaryId, ...inputs.map(({ sensorId }) => sensorId)])) {
        const own = this.#consumers.get(id);
        if (own === undefined) this.#consumers.set(id, [i]);
        else own.push(i);
      }
    }
    this.#newest = new Map(newest);
    this.#waiting = new Map(waiting);
    this.#graceMs = graceMs;
  }

  get derivations(): readonly Derivation[] {
    return this.#ordered;
  }

  /** Another desk that stands where this one does; neither changes the other. */
  copy(): PairingDesk {
    const [derivations, newest, waiting] = [this.#ordered, this.#newest, this.#waiting];
    return new PairingDesk({ derivations, newest, waiting, graceMs: this.#graceMs });
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
  derive(prepared: Prepared, stored: StoredInputs, memoryOf: (sensorId: number) => Past): Derived {
    const { concerned, now, isTick } = prepared;
    const fresh = new Map(prepared.fresh);
    const newest = new Map(prepared.newest);
    const newestOf = (id: number): Instant => newest.get(id) ?? this.#newest.get(id) ?? NEVER;
    const waiting = new Map<number, readonly Waiting[]>();
    const marks = new Map<number, Marks>();
    const admitted: Admitted[] = [];
    const views = new Map<number, InputView>();
    const viewOf = (id: number): InputView => {
      const found = views.get(id) ?? inputView(stored.get(id) ?? [], fresh.get(id) ?? []);
      views.set(id, found);
      return found;
    };

    for (const derivation of concerned) {
      const { id } = derivation.sensor;
      const made: Arrival[] = [];
      const isReady = (each: Waiting): boolean =>
        this.#isDue(each, now, isTick) || isSettled(derivation, each, viewOf, newestOf);
      const { ready, kept } = split(this.#queue(derivation, fresh, now), isReady);
      const { maintenance, ...come } = memoryOf(id);
      const past = recollection(come.past);
      let { newestStoredAt, judgedUpTo } = come;
      for (const each of ready) {
        const computed = compute(derivation, each, viewOf);
        const result = admitDerived(derivation.sensor, computed, { judgedUpTo, maintenance, past });
        remember(past, derivation.sensor, result.reading);
        const { observedAt } = result.reading;
        admitted.push(result);
        if (observedAt > newestStoredAt) newestStoredAt = observedAt;
        if (!result.onArrival && observedAt > judgedUpTo) judgedUpTo = observedAt;
        made.push(arrivalOf(result));
      }
      waiting.set(id, kept);
      if (made.length === 0) continue;
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
    if (this.#ordered.length === 0) return fresh;
    for (const each of admitted) {
      const { sensorId, flags } = each.reading;
      if (!this.#consumers.has(sensorId) || flags.includes('conflict')) continue;
      const own = fresh.get(sensorId);
      if (own === undefined) fresh.set(sensorId, [arrivalOf(each)]);
      else own.push(arrivalOf(each));
    }
    return fresh;
  }

  #concerned(fresh: ReadonlyMap<number, unknown>, now: Instant, isTick: boolean): Derivation[] {
    const found = new Set<number>();
    const follow = (id: number): void => {
      for (const i of this.#consumers.get(id) ?? []) add(i);
    };
    const add = (i: number): void => {
      const derivation = this.#ordered[i];
      if (derivation === undefined || found.has(i)) return;
      found.add(i);
      follow(derivation.sensor.id);
    };
    for (const id of fresh.keys()) follow(id);
    for (const [id, list] of this.#waiting) {
      if (list.some((each) => !each.tried || this.#isDue(each, now, isTick))) add(this.#indexOf.get(id) ?? -1);
    }
    return [...found].toSorted((a, b) => a - b).flatMap((i) => this.#ordered[i] ?? []);
  }

  /** Everything that may be made needs, or somewhat more: what derived sensors will give is not known yet. */
  #spans({ fresh, concerned, newest, now, isTick }: Omit<Prepared, 'spans'>): Span[] {
    const likely = new Map<number, readonly Arrival[]>(fresh);
    const upTo = new Map(newest);
    const newestOf = (id: number): Instant => upTo.get(id) ?? this.#newest.get(id) ?? NEVER;
    const spans: Span[] = [];
    for (const derivation of concerned) {
      const { sensor, primaryId, inputs, windowMs } = derivation;
      const mayBeReady = (each: Waiting): boolean =>
        this.#isDue(each, now, isTick) ||
        (each.patient ? !each.tried : inputs.every((i) => hasShown(i, each, newestOf)));
      const { ready } = split(this.#queue(derivation, likely, now), mayBeReady);
      for (const each of ready) {
        if (windowMs > 0) spans.push({ sensorId: primaryId, from: instant(each.at - windowMs), to: each.at });
        for (const { sensorId, pairing } of inputs) {
          const at = pairedAt(each);
          if (pairing.kind === 'same') spans.push({ sensorId, from: each.at, to: each.at });
          else spans.push({ sensorId, from: instant(at - pairing.maxAgeMs), to: at });
        }
      }
      const made = ready.map((each): Arrival => ({ ...each, late: each.patient }));
      if (made.length === 0) continue;
      likely.set(sensor.id, made);
      raise(upTo, sensor.id, this.#newest.get(sensor.id), made);
    }
    return mergedSpans(spans);
  }

  /** What waits for a derivation, with what has just come for it, in the order in which it is judged. */
  #queue({ sensor, primaryId }: Derivation, fresh: ReadonlyMap<number, readonly Arrival[]>, now: Instant): Waiting[] {
    const come = (fresh.get(primaryId) ?? []).map(
      ({ late, ...each }): Waiting => ({ ...each, patient: late || !each.believed, since: now, tried: false }),
    );
    return [...(this.#waiting.get(sensor.id) ?? []), ...come].toSorted((a, b) => pairedAt(a) - pairedAt(b));
  }

  #isDue = ({ since }: Waiting, now: Instant, isTick: boolean): boolean =>
    isTick && elapsedMs(since, now) >= this.#graceMs;
}

/** An instant of a wrong clock says nothing about other cadences: the arrival does. */
const pairedAt = ({ at, believed, receivedAt }: InputReading): Instant => (believed ? at : receivedAt);

/** A reading as an input of derivations. */
export const arrivalOf = ({ reading }: Pick<Admitted, 'reading'>): Arrival => ({
  at: reading.observedAt,
  receivedAt: reading.receivedAt,
  value: reading.value,
  // Nobody answers any more for what a retired sensor says.
  doubtful: reading.quality === 'doubtful' || reading.flags.includes('retired'),
  maintenance: reading.flags.includes('maintenance'),
  believed: !hasClockFault(reading.flags),
  late: reading.flags.includes('late'),
});

function raise(
  newest: Map<number, Instant>,
  id: number,
  before: Instant | undefined,
  come: readonly InputReading[],
): void {
  let at = newest.get(id) ?? before ?? NEVER;
  for (const each of come) if (each.believed && each.at > at) at = each.at;
  newest.set(id, at);
}

/** Those that wait no longer, and those that do. What is settled for an instant is settled for all before it: none overtakes. */
function split(queue: readonly Waiting[], isReady: (each: Waiting) => boolean): { ready: Waiting[]; kept: Waiting[] } {
  const ready: Waiting[] = [];
  const kept: Waiting[] = [];
  for (const each of queue) {
    if (isReady(each)) ready.push(each);
    else kept.push(each.tried ? each : { ...each, tried: true });
  }
  return { ready, kept };
}

/** Whether an input has shown what it has for this instant, as far as its newest reading tells. */
function hasShown({ sensorId, pairing }: Input, each: Waiting, newestOf: NewestOf): boolean {
  const newest = newestOf(sensorId);
  return newest >= each.at || (pairing.kind === 'nearest' && newest + pairing.intervalMs > each.at);
}

function isSettled(
  { inputs }: Derivation,
  each: Waiting,
  viewOf: (id: number) => InputView,
  newestOf: NewestOf,
): boolean {
  if (!each.patient) return inputs.every((input) => hasShown(input, each, newestOf));
  // Its inputs were not read again.
  if (each.tried) return false;
  return inputs.every((input) => {
    const found = find(input, each, viewOf);
    const { pairing } = input;
    return found !== undefined && (pairing.kind === 'same' || found.at + pairing.intervalMs > pairedAt(each));
  });
}

function find(
  { sensorId, pairing }: Input,
  each: Waiting,
  viewOf: (id: number) => InputView,
): InputReading | undefined {
  if (pairing.kind === 'same') return viewOf(sensorId).at(each.at);
  const at = pairedAt(each);
  const { counted } = viewOf(sensorId);
  const found = counted[firstAfter(counted, at) - 1];
  return found !== undefined && elapsedMs(found.at, at) <= pairing.maxAgeMs ? found : undefined;
}

function compute(
  derivation: Derivation,
  each: Waiting,
  viewOf: (id: number) => InputView,
): Parameters<typeof admitDerived>[1] {
  const { primaryId, windowMs } = derivation;
  const { number: version, calibration } = calibrationAt(derivation, each.at);
  const used: InputReading[] = [each];
  const inputs = new Map<string, number>();
  for (const input of derivation.inputs) {
    const found = find(input, each, viewOf);
    if (found === undefined) continue;
    used.push(found);
    if (found.value !== null) inputs.set(input.role, found.value);
  }
  const receivedAt = instant(Math.max(...used.map((reading) => reading.receivedAt)));
  const window = windowMs > 0 ? windowOf(viewOf(primaryId), instant(each.at - windowMs), each.at) : [];
  // What came while somebody worked does not count in what is looked back over, and leaves a hole there.
  const counted = window.filter((reading) => !reading.maintenance);
  const isDoubtful = counted.length < window.length || [...used, ...counted].some(({ doubtful }) => doubtful);
  const { value, flags } =
    each.value === null
      ? { value: null, flags: [] }
      : computedOrDoubted(calibration, { at: each.at, value: each.value, inputs, window: counted });
  const number = value !== null && Number.isFinite(value) ? value : null;
  const why = number === null && flags.length === 0 ? (['input-missing'] as const) : flags;
  return {
    observedAt: each.at,
    receivedAt,
    version,
    value: number,
    flags: [
      ...why,
      ...(isDoubtful ? (['input-doubtful'] as const) : []),
      ...(used.some((reading) => reading.maintenance) ? (['maintenance'] as const) : []),
    ],
  };
}

/** A throw is this sensor's alone: passed on, it would be laid to whatever else came in the batch. */
function computedOrDoubted(calibration: Calibration, given: Given): Computed {
  try {
    const { value, flags } = calibration.compute(given);
    return { value, flags };
  } catch {
    return { value: null, flags: ['not-computable'] };
  }
}

const windowOf = ({ counted }: InputView, from: Instant, to: Instant) =>
  counted.slice(firstAfter(counted, instant(from - 1)), firstAfter(counted, to));
