import { instant } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import type { DerivedSample } from './admit.ts';
import { calibrationAt } from './derivation.ts';
import type { Calibration, Computed, Derivation, Given, Point } from './derivation.ts';
import { find } from './find-input.ts';
import { firstAfter } from './input-view.ts';
import type { CountedReading, InputReading, InputView } from './input-view.ts';
import { isWithin } from './sensor-memory.ts';
import type { MaintenanceWindow } from './sensor-memory.ts';
import type { Waiting } from './waiting.ts';

/**
 * What a derivation makes of a primary reading, with why it is doubtful.
 *
 * @param maintenance of the derived sensor: what its inputs gave then is not looked back at either.
 */
export function derivedSample(
  derivation: Derivation,
  each: Waiting,
  viewOf: (id: number) => InputView,
  maintenance: readonly MaintenanceWindow[],
): DerivedSample {
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
  const counted = withoutWork(window, maintenance);
  const isDoubtful = counted.length < window.length || [...used, ...window].some(({ doubtful }) => doubtful);
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
    ...(each.outOfRange && { isOfOutOfRange: true }),
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

/** What came while somebody worked does not count in what is looked back over, and leaves a hole there. */
function withoutWork(window: readonly CountedReading[], maintenance: readonly MaintenanceWindow[]): readonly Point[] {
  const isOfWork = (reading: CountedReading): boolean => reading.maintenance || isWithin(maintenance, reading.at);
  if (!window.some(isOfWork)) return window;
  return window.flatMap((reading, i): Point[] => {
    if (isOfWork(reading)) return [];
    const before = window[i - 1];
    return [before !== undefined && isOfWork(before) ? { ...reading, afterWork: true } : reading];
  });
}
