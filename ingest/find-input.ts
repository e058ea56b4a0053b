import { elapsedMs, instant } from '../src/core/time.ts';
import type { Instant } from '../src/core/time.ts';
import type { Derivation, Input } from './derivation.ts';
import { firstAfter } from './input-view.ts';
import type { InputReading, InputView, Span } from './input-view.ts';
import { isWithin } from './sensor-memory.ts';
import { pairedAt } from './waiting.ts';
import type { Waiting } from './waiting.ts';

/** The newest believed reading of an input. */
export type NewestOf = (sensorId: number) => Instant;

/** Before the first. */
export const NEVER = instant(-Infinity);

/** Carries on how far a sensor has come, by what has just come of it. */
export function raise(
  newest: Map<number, Instant>,
  id: number,
  before: Instant | undefined,
  come: readonly InputReading[],
): void {
  let at = newest.get(id) ?? before ?? NEVER;
  for (const each of come) if (each.believed && each.at > at) at = each.at;
  newest.set(id, at);
}

/** Whether an input has shown what it has for this instant, as far as its newest reading tells. */
export function hasShown({ sensorId, pairing }: Input, each: Waiting, newestOf: NewestOf): boolean {
  const newest = newestOf(sensorId);
  return newest >= each.at || (pairing.kind === 'nearest' && newest + pairing.intervalMs > each.at);
}

/** Whether nothing that may still come would change what is made of it. */
export function isSettled(
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

/**
 * The reading of an input that belongs to a primary one. What an instrument gave while somebody worked on it stands for
 * no time after that: a voltage an hour old would keep all that is measured on it from being judged for an hour.
 */
export function find(
  { sensorId, pairing }: Input,
  each: Waiting,
  viewOf: (id: number) => InputView,
): InputReading | undefined {
  if (pairing.kind === 'same') return viewOf(sensorId).at(each.at);
  const at = pairedAt(each);
  const { counted, maintenance } = viewOf(sensorId);
  const isWork = (then: Instant): boolean => isWithin(maintenance, then);
  let place = firstAfter(counted, at) - 1;
  if (!isWork(at)) while (isWork(counted[place]?.at ?? NEVER)) place -= 1;
  const found = counted[place];
  return found !== undefined && elapsedMs(found.at, at) <= pairing.maxAgeMs ? found : undefined;
}

/** Where everything stands that a derivation may look at for a primary reading. */
export function spansFor({ primaryId, inputs, windowMs }: Derivation, each: Waiting): Span[] {
  const at = pairedAt(each);
  return [
    ...(windowMs > 0 ? [{ sensorId: primaryId, from: instant(each.at - windowMs), to: each.at }] : []),
    ...inputs.map(({ sensorId, pairing }) =>
      pairing.kind === 'same'
        ? { sensorId, from: each.at, to: each.at }
        : { sensorId, from: instant(at - pairing.maxAgeMs), to: at },
    ),
  ];
}
