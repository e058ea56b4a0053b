import type { Alarm } from './alarm.ts';

/** What the points say of the alarm of one rule at one moment. */
export interface PointFacts {
  /** A point it is measured at, or derived from, that is being worked on or is retired; null: none. */
  readonly outOfService: string | null;
  /** The point whose state suppresses it by design; null: none does. */
  readonly suppressedBy: string | null;
}

/** Why an alarm asks for no attention on the list, by the words of ISA-18.2. */
export type Hidden =
  | { readonly why: 'out-of-service'; readonly point: string }
  | { readonly why: 'shelved' }
  | { readonly why: 'suppressed'; readonly point: string };

/**
 * Why an alarm asks for no attention now; null: it does. It says nothing of calls: a callout goes on whatever is hidden.
 * What cannot be judged comes before what somebody decided, and that before what was designed.
 */
export function hiddenBecause({ shelf = null }: Alarm, { outOfService, suppressedBy }: PointFacts): Hidden | null {
  if (outOfService !== null) return { why: 'out-of-service', point: outOfService };
  if (shelf !== null) return { why: 'shelved' };
  return suppressedBy === null ? null : { why: 'suppressed', point: suppressedBy };
}
