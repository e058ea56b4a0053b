import type { ChannelUnit } from '../../../src/core/sensor.ts';

/** Decimals that an instrument of a unit is worth: a centimetre of water, a tenth of the rest. */
const DECIMALS: Readonly<Record<ChannelUnit, number>> = {
  m: 2,
  mm: 1,
  kPa: 1,
  Hz: 1,
  'm/h': 2,
  'm/d': 2,
  'mm/h': 1,
  'mm/d': 1,
  'digit': 1,
  'ohm': 0,
  '°C': 2,
  'tip': 0,
  'V': 2,
  'count': 0,
};
/** What is said on the phone and written in a message is rounded to these. */
const SAID = 3;
/** Beyond these a number is noise of its arithmetic. */
const MOST = 6;

const own = (value: number): number => (String(value).split('.')[1] ?? '').length;

/** Decimals of a sensor: those of its unit, or as many more as its limits are written with. */
export const decimalsOf = (unit: string, limits: readonly number[] = []): number =>
  Math.min(MOST, Math.max(isUnit(unit) ? DECIMALS[unit] : 2, ...limits.map(own)));

const isUnit = (unit: string): unit is ChannelUnit => Object.hasOwn(DECIMALS, unit);

/** Decimals at which a value does not look like a limit that it is not equal to; `from` unless more are needed, or where none would do. */
export function decimalsApart(value: number, limits: readonly number[], from: number): number {
  const looksEqual = (decimals: number): boolean =>
    limits.some((limit) => limit !== value && limit.toFixed(decimals) === value.toFixed(decimals));
  let decimals = from;
  while (decimals < MOST && looksEqual(decimals)) decimals++;
  return looksEqual(decimals) ? from : decimals;
}

/** Decimals to write a single value with: its own as far as a message has them, never fewer than `from`, and apart from its limit. */
export const decimalsWritten = (value: number, limit: number, from: number): number =>
  decimalsApart(value, [limit], Math.max(from, own(Number(value.toFixed(SAID)))));

/** A distance that is not nothing, written so that it does not look like nothing. */
export function fixedApart(distance: number, from: number): string {
  return fixed(distance, decimalsApart(distance, [0], from));
}

/** A number with fixed decimals and a true minus sign; never "-0.00". */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}
