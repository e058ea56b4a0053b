import type { DurationMs, Instant } from './time.ts';

/** 监测项目: the kind of quantity a sensor measures. */
export const ITEMS = ['pond-level', 'rainfall', 'phreatic-level'] as const;
export type Item = (typeof ITEMS)[number];

/** Units that readings and limits may have. */
export const UNITS = ['m', 'mm', 'kPa', 'Hz'] as const;
export type Unit = (typeof UNITS)[number];

/** One scalar quantity at a point. */
export interface Sensor {
  /** Stable number in the database. */
  readonly id: number;
  readonly siteId: string;
  /** Unique within the site. */
  readonly code: string;
  readonly item: Item;
  readonly unit: Unit;
  /** How often it is expected to report. */
  readonly intervalMs: DurationMs;
  readonly installedAt: Instant;
  /** What the instrument can physically read, in `unit`, both ends included. */
  readonly range: { readonly min: number; readonly max: number };
}
