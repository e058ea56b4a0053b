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

/** Whether a point is watched: 调试 commissioning shows colour without calling, 退役 retired is kept and not judged. */
export const SENSOR_STATES = ['commissioning', 'in-service', 'retired'] as const;
export type SensorState = (typeof SENSOR_STATES)[number];

/** After this many intervals without a reading the time between two readings is a gap, in which nobody saw anything. */
export const GAP_INTERVALS = 3;

/** What a value must be to be believed, all in the sensor's unit; what is absent is not looked at. */
export interface Plausibility {
  /** The largest change an hour. */
  readonly perHourMax?: number | undefined;
  /** Hampel: further from the median of so many readings than `deviations` of their robust deviation, `floor` at least. */
  readonly spike?: { readonly readings: number; readonly deviations: number; readonly floor: number } | undefined;
  /** The largest change over a gap. */
  readonly stepAfterGap?: number | undefined;
  /** So many readings in a row that differ by no more than `resolution`, not counting those at or below `idleAt`. */
  readonly stuck?:
    | { readonly readings: number; readonly resolution: number; readonly idleAt?: number | undefined }
    | undefined;
}

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
  readonly state: SensorState;
  /** The point it belongs to: what is put in maintenance as one. Its own code when none is named. */
  readonly point: string;
  readonly plausibility: Plausibility;
}
