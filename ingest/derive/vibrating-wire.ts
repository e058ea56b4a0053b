/** Linear calibration: kilopascal per digit (or hertz) above the zero reading; negative where digits fall with load. */
export interface LinearCalibration {
  readonly factor: number;
  readonly zero: number;
}

/** Polynomial calibration P = a·R² + b·R + c, in kilopascal. `c` is the field's: P is 0 at its zero reading. */
export interface PolynomialCalibration {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Water column of one kilopascal, in metres: 1 / 9.80665 kN/m³. */
export const METRES_PER_KILOPASCAL = 1 / 9.80665;

/**
 * Digits of a vibrating wire: B = f² / 1000 (Geokon 8020-59 manual, p. 47).
 *
 * @param hertz resonant frequency in hertz.
 */
export const digitsOf = (hertz: number): number => hertz ** 2 / 1000;

/**
 * Linear pressure P = G·(R₁ − R₀) (Geokon 4500 manual, p. 36; itmsoil writes G·(R₀ − R₁): turn the sign of G).
 *
 * @param reading digits or hertz, as the calibration is.
 * @returns kilopascal.
 */
export const linearPressure = (reading: number, { factor, zero }: LinearCalibration): number =>
  factor * (reading - zero);

/**
 * Polynomial pressure P = A·R² + B·R + C (Geokon 4500 manual, p. 36; with R in hertz: USGS Open-File Report 2017-1095).
 *
 * @param reading digits or hertz, as the calibration is.
 * @returns kilopascal.
 */
export const polynomialPressure = (reading: number, { a, b, c }: PolynomialCalibration): number =>
  a * reading ** 2 + b * reading + c;

/**
 * What a change of temperature adds to the pressure: K·(T₁ − T₀) (Roctest writes −CT·(T₁ − T₀): K = −CT).
 *
 * @param celsius temperature of the instrument in degrees Celsius.
 * @param factor kilopascal per degree.
 * @param zero temperature at the zero reading in degrees Celsius.
 * @returns kilopascal.
 */
export const temperatureCorrection = (celsius: number, factor: number, zero: number): number =>
  factor * (celsius - zero);

/**
 * What a change of air pressure adds to an unvented instrument: −(S₁ − S₀) (Roctest FOP manual, worked example).
 *
 * @param kilopascal air pressure now.
 * @param zero air pressure at the zero reading, in kilopascal.
 * @returns kilopascal.
 */
export const barometricCorrection = (kilopascal: number, zero: number): number => zero - kilopascal;

/**
 * Water level over an instrument: Z_w = Z_sensor + P/γ_w.
 *
 * @param kilopascal corrected pore pressure.
 * @param elevation of the instrument, in metres.
 * @returns metres, in the datum of the elevation.
 */
export const waterLevel = (
  kilopascal: number,
  elevation: number,
  metresPerKilopascal = METRES_PER_KILOPASCAL,
): number => metresPerKilopascal * kilopascal + elevation;
