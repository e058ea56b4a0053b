import type { Unit } from '../../../src/core/sensor.ts';

/** Decimals that an instrument of a unit is worth: a centimetre of water, a tenth of the rest. */
const DECIMALS: Readonly<Record<Unit, number>> = { m: 2, mm: 1, kPa: 1, Hz: 1 };

/** A value with the decimals of its unit, or more (3 at most) when one of its limits has more. */
export function decimalsOf(unit: Unit, limits: readonly number[] = []): number {
  const needed = limits.map((limit) => (String(limit).split('.')[1] ?? '').length);
  return Math.min(3, Math.max(DECIMALS[unit], ...needed));
}

/** A number with fixed decimals and a true minus sign; never "-0.00". */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}
