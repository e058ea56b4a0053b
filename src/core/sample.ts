import type { NotGood } from './acquired.ts';
import type { Instant } from './time.ts';

/** What an adapter decoded from one message for one sensor, before anything is known about its worth. */
export interface Sample {
  readonly siteId: string;
  /** The sensor's code within its site, as configured. */
  readonly sensorCode: string;
  readonly observedAt: Instant;
  readonly receivedAt: Instant;
  /** When it reached the line that acquired it, where one did: an outage may lie between that and `receivedAt`. */
  readonly acquiredAt?: Instant;
  /** Finite; null where the device gave none, which `doubt` then says. */
  readonly value: number | null;
  /** What the device does not vouch for, in its own words. */
  readonly doubt?: Doubted;
}

/** Of `bad` no number is taken; `uncertain` is one that may raise and never lowers. */
export interface Doubted {
  readonly quality: 'uncertain' | 'bad';
  readonly why: NotGood;
}

/** Why something that arrived could not become a reading. It is kept, counted and readable. */
export type RefusalReason =
  | 'topic-unknown'
  | 'payload-not-json'
  | 'payload-too-large'
  | 'payload-malformed'
  | 'alias-unknown'
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
