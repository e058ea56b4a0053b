import type { LineSaid } from '../src/core/acquired.ts';
import type { Refusal, Sample } from '../src/core/sample.ts';

/** What one message brought, waiting to be acknowledged. */
export interface Delivery {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly samples: readonly Sample[];
  /** What could not be decoded; a message may bring both. */
  readonly refusals: readonly Refusal[];
  /** What lines said of themselves; absent: nothing. */
  readonly lines?: readonly LineSaid[];
  /**
   * Acknowledges upstream, if the source still can. Called once, after the commit that stored or quarantined all of
   * it, in the order of arrival. Never called when that did not happen: the source sends it again.
   */
  settle(): void;
}

/** Where deliveries go. Holds what it is given until it is committed; never refuses. */
export interface Intake {
  offer(delivery: Delivery): void;
}

/**
 * A source of deliveries. It decodes and holds the line, nothing more: no retry, no timer, no back-off. Who runs it
 * connects it again when it has closed.
 */
export interface Source {
  readonly isConnected: boolean;
  /** Resolves when samples can arrive. Throws `adapter/not-connected`. Safe to call when connected. */
  connect(): Promise<void>;
  /** Takes no more from the line while the intake is above its bound; the rest waits upstream, unacknowledged. */
  pause(): void;
  resume(): void;
  /** Lets go of the line. What was not settled is delivered again after the next connect. */
  close(): Promise<void>;
}
