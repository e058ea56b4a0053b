import { hasClockFault } from '../src/core/reading.ts';
import type { Instant } from '../src/core/time.ts';
import type { Admitted } from './admit.ts';
import type { InputReading } from './input-view.ts';

/** A reading that has just come, or was just made. */
export type Arrival = InputReading & { readonly late: boolean };
/** A primary reading that waits for its inputs. */
export interface Waiting extends InputReading {
  /** It came late or its clock is wrong: only time tells when to wait no longer. */
  readonly patient: boolean;
  readonly since: Instant;
  /** Whether its inputs were ever looked for. */
  readonly tried: boolean;
}

/** An instant of a wrong clock says nothing about other cadences: the arrival does. */
export const pairedAt = ({ at, believed, receivedAt }: InputReading): Instant => (believed ? at : receivedAt);

/** A reading as derivations take it. */
export const arrivalOf = ({ reading }: Pick<Admitted, 'reading'>): Arrival => ({
  at: reading.observedAt,
  receivedAt: reading.receivedAt,
  value: reading.value,
  // Nobody answers any more for what a retired sensor says.
  doubtful: reading.quality === 'doubtful' || reading.flags.includes('retired'),
  maintenance: reading.flags.includes('maintenance'),
  outOfRange: reading.flags.includes('out-of-range'),
  believed: !hasClockFault(reading.flags),
  late: reading.flags.includes('late'),
});

/** What waits, with what has just come, in the order in which it is judged. */
export function queue(waiting: readonly Waiting[], come: readonly Arrival[], now: Instant): Waiting[] {
  const added = come.map(
    ({ late, ...each }): Waiting => ({ ...each, patient: late || !each.believed, since: now, tried: false }),
  );
  return [...waiting, ...added].toSorted((a, b) => pairedAt(a) - pairedAt(b));
}

/** Those that wait no longer, and those that do. What is settled for an instant is settled for all before it: none overtakes. */
export function split(
  queue: readonly Waiting[],
  isReady: (each: Waiting) => boolean,
): { ready: Waiting[]; kept: Waiting[] } {
  const ready: Waiting[] = [];
  const kept: Waiting[] = [];
  for (const each of queue) {
    if (isReady(each)) ready.push(each);
    else kept.push(each.tried ? each : { ...each, tried: true });
  }
  return { ready, kept };
}
