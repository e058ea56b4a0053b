import type { Instant } from './time.ts';

/** Whether we can see the sensor at all. A separate truth from its level: blindness never lowers a level. */
export const VISIBILITIES = ['seen', 'doubtful', 'blind'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** Why visibility changed. `device-gone`: it said itself, or its broker for it, that it is not connected any more. `broker-returned`: sensors blinded with their site are not overdue themselves. */
export const VISIBILITY_CAUSES = [
  'missed-intervals',
  'broker-away',
  'doubtful-reading',
  'data-returned',
  'device-gone',
  'broker-returned',
  'line-down',
  'line-returned',
] as const;
export type VisibilityCause = (typeof VISIBILITY_CAUSES)[number];

/** One row of the log that `rules` writes and `alerting` follows: one cause, however many sensors it touched. */
export interface VisibilityChange {
  readonly siteId: string;
  readonly sensorIds: readonly number[];
  readonly visibility: Visibility;
  readonly cause: VisibilityCause;
  /** The line, or its device, by which it changed: `bus-1`, `bus-1/slave-3`. */
  readonly line?: string;
  readonly at: Instant;
}
