import type { Instant } from './time.ts';

/** What an adapter decoded from one message for one sensor, before anything is known about its worth. */
export interface Sample {
  readonly siteId: string;
  /** The sensor's code within its site, as configured. */
  readonly sensorCode: string;
  readonly observedAt: Instant;
  readonly receivedAt: Instant;
  readonly value: number;
}

/** Why something that arrived could not become a reading. It is kept, counted and readable. */
export type RefusalReason =
  | 'topic-unknown'
  | 'payload-not-json'
  | 'payload-too-large'
  | 'value-missing'
  | 'value-null'
  | 'value-not-a-number'
  | 'time-missing'
  | 'time-unreadable'
  | 'sensor-unknown'
  | 'poison';

/** A larger payload is no reading. Refused unread, and kept only up to here. */
export const PAYLOAD_BYTES_MAX = 65_536;

/** A message, or the part of one, that is quarantined with its payload. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** In words, names the field: `$.value is null`. */
  readonly detail: string;
  readonly receivedAt: Instant;
  /** Whose it would have been; null when not even that can be told. */
  readonly siteId: string | null;
  /** The sensors that it names, whether or not the site has them; none where that is not known. */
  readonly sensorCodes: readonly string[];
  readonly topic: string;
  readonly payload: Uint8Array;
}
