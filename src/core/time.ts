/** A moment, in milliseconds since the Unix epoch (UTC). The core knows no other form. */
export type Instant = number & { readonly unit: 'epoch-ms' };

/** A length of time in milliseconds. Names that hold one end in `Ms`. */
export type DurationMs = number;

/** One second, in milliseconds. */
export const SECOND: DurationMs = 1_000;
/** One minute, in milliseconds. */
export const MINUTE: DurationMs = 60 * SECOND;
/** One hour, in milliseconds. */
export const HOUR: DurationMs = 60 * MINUTE;
/** One day of 24 hours, in milliseconds. */
export const DAY: DurationMs = 24 * HOUR;

export const instant = (epochMs: number): Instant => epochMs as Instant;
export const plus = (at: Instant, lengthMs: DurationMs): Instant => instant(at + lengthMs);
export const elapsedMs = (from: Instant, to: Instant): DurationMs => to - from;

/** Where the shell gets the time. Core functions take an `Instant`, never a `Clock`. */
export interface Clock {
  now(): Instant;
}
