/** Digits that a measurement may have: what a factor adds behind them is an error of binary fractions. */
const DIGITS = 12;

/** `value` × `scale` + `offset`, in the unit of the sensor: 4.35 × 100 is 435, not 434.99999999999994. May be infinite. */
export function scaled(value: number, { scale, offset }: { readonly scale: number; readonly offset: number }): number {
  const exact = value * scale + offset;
  return scale === 1 && offset === 0 ? value : Number(exact.toPrecision(DIGITS));
}
