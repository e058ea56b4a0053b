/** Coefficients of the Steinhart–Hart equation, R in ohm, T in kelvin. */
export interface SteinhartHart {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** 0 °C in kelvin. */
const ICE_POINT_K = 273.15;

/**
 * Temperature of a thermistor: 1/T = A + B·ln R + C·(ln R)³ (Steinhart and Hart 1968; Geokon 4500 manual, appendix).
 *
 * @param ohms resistance in ohm.
 * @returns degrees Celsius; NaN for a resistance that no thermistor has.
 */
export function thermistorCelsius(ohms: number, { a, b, c }: SteinhartHart): number {
  if (!(ohms > 0)) return NaN;
  const ln = Math.log(ohms);
  return 1 / (a + b * ln + c * ln ** 3) - ICE_POINT_K;
}
