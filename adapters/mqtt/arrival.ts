import type { LineSaid } from '../../src/core/acquired.ts';
import type { Refusal, Sample } from '../../src/core/sample.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Ask } from '../dialects/told.ts';

/** One message as it came off the line. */
export interface Arrival {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly receivedAt: Instant;
  /** Of the device that sent it, where the line knows; counts where the topic names no site. */
  readonly siteId?: string | null;
}

/** What one message brought. Nothing at all where it says nothing that any sensor is, as a dialect may. */
export interface Decoded {
  readonly samples: readonly Sample[];
  /** One for each reason, naming all the fields that are wrong for it. */
  readonly refusals: readonly Refusal[];
  /** What a line said of itself; absent: nothing. */
  readonly lines?: readonly LineSaid[];
  /** What is to be published for it, at most once: a birth that was not heard is asked for. */
  readonly asks?: readonly Ask[];
}
