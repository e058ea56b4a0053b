import type { DeriveConfig } from '../../src/contract/derive-config.ts';

type VibratingWire = Extract<DeriveConfig, { formula: 'vibrating-wire' }>;
type Constants = VibratingWire['calibrations'][number];

/** Where the instrument hangs: what its wire feels. */
interface Surroundings {
  /** Elevation of the water, m. */
  readonly level: number;
  readonly celsius: number;
  readonly airKilopascal: number;
}

/** Pressure of a metre of water, kPa, where the certificate does not say otherwise. */
const KILOPASCAL_PER_METRE = 9.80665;

/**
 * What the wire of an instrument gives: its calibration turned round. Water above it, its own temperature and the
 * weather on top become one frequency, so that whoever has the certificate finds the water again.
 *
 * @param unit in which its logger reports: Hz or digit.
 */
export function wireReading(derive: VibratingWire, constants: Constants, unit: string, around: Surroundings): number {
  const { offsetKilopascal, temperature, barometerZero, metresPerKilopascal, elevation } = constants;
  const water = (around.level - elevation) / (metresPerKilopascal ?? 1 / KILOPASCAL_PER_METRE);
  const thermal =
    derive.temperature === undefined || temperature === undefined
      ? 0
      : temperature.factor * (around.celsius + temperature.offset - temperature.zero);
  const air = derive.barometer === undefined || barometerZero === undefined ? 0 : around.airKilopascal - barometerZero;
  const reading = readingAt(constants, water - offsetKilopascal - thermal + air);
  const hertz = constants.calibratedIn === 'hertz' ? reading : Math.sqrt(1000 * reading);
  return unit === 'Hz' ? hertz : hertz ** 2 / 1000;
}

/** The reading at which the certificate's formula gives a pressure; of the two of a polynomial, the one a wire can have. */
function readingAt({ linear, polynomial }: Constants, kilopascal: number): number {
  if (linear !== undefined) return kilopascal / linear.factor + linear.zero;
  if (polynomial === undefined) return NaN;
  const { a, b, c } = polynomial;
  if (a === 0) return (kilopascal - c) / b;
  const root = Math.sqrt(b ** 2 - 4 * a * (c - kilopascal));
  const positive = [(-b + root) / (2 * a), (-b - root) / (2 * a)].filter((each) => each > 0);
  return Math.min(...positive);
}

/** Resistance of a thermistor, ohm: Steinhart–Hart turned round. */
export function thermistorOhms(celsius: number, { a, b, c }: { a: number; b: number; c: number }): number {
  const x = (a - 1 / (celsius + 273.15)) / c;
  const y = Math.sqrt((b / (3 * c)) ** 3 + x ** 2 / 4);
  return Math.exp(Math.cbrt(y - x / 2) - Math.cbrt(y + x / 2));
}
