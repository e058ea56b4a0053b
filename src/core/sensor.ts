import type { DurationMs, Instant } from './time.ts';

/** 监测项目: the kind of quantity a sensor measures. */
export const ITEMS = [
  'pond-level',
  'rainfall',
  'phreatic-level',
  'phreatic-depth',
  'beach-length',
  'freeboard',
  'displacement',
  'velocity',
  'rate-of-rise',
  'air-pressure',
] as const;
export type Item = (typeof ITEMS)[number];

/** Units that readings and limits may have. */
export const UNITS = ['m', 'mm', 'kPa', 'Hz', 'm/h', 'm/d', 'mm/h', 'mm/d'] as const;
export type Unit = (typeof UNITS)[number];

/** Units that channels may have besides: of what an instrument gives, which no rule judges. */
export const CHANNEL_UNITS = [...UNITS, 'digit', 'ohm', '°C', 'tip', 'V', 'count'] as const;
export type ChannelUnit = (typeof CHANNEL_UNITS)[number];

/** One scalar quantity at a point: what an instrument gives (a channel), or what is judged. */
export interface Sensor {
  /** Stable number in the database. */
  readonly id: number;
  readonly siteId: string;
  /** Unique within the site. */
  readonly code: string;
  /** null: a channel, which is not judged. */
  readonly item: Item | null;
  readonly unit: ChannelUnit;
  /** How often it is expected to report. */
  readonly intervalMs: DurationMs;
  readonly installedAt: Instant;
  /** What the instrument can physically read, in `unit`, both ends included. */
  readonly range: { readonly min: number; readonly max: number };
}
