import type { Instant } from './time.ts';

/** What a device says of a value of its own. Only `good` is judged as it is; `bad` never becomes a number. */
export const DEVICE_QUALITIES = ['good', 'uncertain', 'bad'] as const;
export type DeviceQuality = (typeof DEVICE_QUALITIES)[number];

/** Why a device, or the adapter that asked it, does not vouch for a value. */
export const NOT_GOOD = [
  'sensor-fault',
  'device-fault',
  'not-connected',
  'no-answer',
  'over-range',
  'under-range',
  'not-a-number',
  'out-of-service',
  'calibrating',
  'substituted',
  'last-known',
  'not-fixed',
  'old-corrections',
  'clock-unset',
  'battery-low',
  'sequence-gap',
  'said-doubtful',
  'said-bad',
] as const;
export type NotGood = (typeof NOT_GOOD)[number];

/** One value as a line acquired it: never stamped anew on its way. */
export interface Acquired {
  /** Code of a channel or sensor of the line's site. */
  readonly sensorCode: string;
  /** The device's own time where it gives one, even an impossible one; else when it was asked. */
  readonly observedAt: Instant;
  /** When it reached the line. */
  readonly receivedAt: Instant;
  /** Finite, in the sensor's unit; null where the device gave none. */
  readonly value: number | null;
  readonly quality: DeviceQuality;
  /** There whenever the quality is not good. */
  readonly why?: NotGood | undefined;
  /** What the device gave, for people: `0x80340000 BadNodeIdUnknown`, `FFFF`. 200 characters at most are kept. */
  readonly raw?: string | undefined;
}

/** Why a line or one of its devices gives nothing. Each has words on the screen. */
export const LINE_FAULTS = [
  /** It said itself that it is gone: its points are blind at once. */
  'gone',
  'unreachable',
  'refused',
  'closed',
  'no-answer',
  'bad-answer',
  'refused-request',
  'login-refused',
  'not-trusted',
  'not-registered',
  'clock-wrong',
  'silent',
  'spool-full',
  'not-configured',
  'internal',
] as const;
export type LineFault = (typeof LINE_FAULTS)[number];

/**
 * - `connecting`: it has not succeeded yet, and nothing is known to be wrong.
 * - `connected`: what it gives is taken.
 * - `faulty`: it gives nothing, and `fault` says why.
 */
export const LINE_STATES = ['connecting', 'connected', 'faulty'] as const;
export type LineState = (typeof LINE_STATES)[number];

/** What a line said of itself, or of one of its devices, and when. */
export interface LineSaid {
  readonly siteId: string;
  readonly line: string;
  /** null: of the line itself. */
  readonly device: string | null;
  readonly state: LineState;
  /** There when the state is `faulty`. */
  readonly fault: LineFault | null;
  /** In the technician's words. */
  readonly detail: string | null;
  readonly at: Instant;
}
