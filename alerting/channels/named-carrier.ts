import type { DurationMs } from '../../src/core/time.ts';
import type { Limits } from '../budget/limit.ts';
import type { Medium } from '../policy.ts';
import type { Purpose } from '../../src/core/purpose.ts';
import type { Carrier } from './carrier.ts';

/** A carrier as an installation has it. */
export interface NamedCarrier {
  /** Stands in records, addresses of reports and on pages. */
  readonly name: string;
  readonly kind: string;
  /** What it is asked for. Of the carriers of one medium the first is the primary, the others stand by in order. */
  readonly media: readonly Medium[];
  /** The same attempt asked for again rings nobody twice. */
  readonly keepsKeys: boolean;
  /** On its calls is said next whatever is replied to a key; absent: it speaks what it was given at the beginning. */
  readonly converses?: boolean;
  /** How long an accepted call may be without a sign of life, and a message undelivered, before the standby is asked. */
  readonly silentAfterMs: DurationMs;
  readonly limits: Limits;
  /** What it has no approved template for: it refuses that. */
  readonly noTemplate: readonly Purpose[];
  readonly carrier: Carrier;
}

/** In the order in which they are asked. */
export type Carriers = readonly NamedCarrier[];

export const carriersFor = (carriers: Carriers, medium: string): Carriers =>
  carriers.filter(({ media }) => (media as readonly string[]).includes(medium));
