import type { DeriveConfig } from '../src/contract/derive-config.ts';
import type { Flag } from '../src/core/reading.ts';
import type { Computed, Given } from './derivation.ts';
import { thermistorCelsius } from './derive/thermistor.ts';
import {
  METRES_PER_KILOPASCAL,
  barometricCorrection,
  digitsOf,
  linearPressure,
  polynomialPressure,
  temperatureCorrection,
  waterLevel,
} from './derive/vibrating-wire.ts';

type VibratingWire = Extract<DeriveConfig, { formula: 'vibrating-wire' }>;
type Constants = VibratingWire['calibrations'][number];

/**
 * Water level of a vibrating-wire piezometer. Without its temperature, or with one that cannot be true, it is
 * computed uncorrected and flagged; without air pressure there is no number: centimetres of weather would pass for water.
 *
 * @param unit in which the channel reports: Hz or digit.
 */
export function levelOfVibratingWire(
  { temperature, barometer }: VibratingWire,
  constants: Constants,
  unit: string,
): (given: Given) => Computed {
  const inConstants = conversion(unit, constants.calibratedIn);
  return ({ value, inputs }) => {
    const flags: Flag[] = [];
    let pressure = pressureOf(constants, inConstants(value)) + constants.offsetKilopascal;
    if (temperature !== undefined) {
      const correction = thermal(constants, inputs.get('temperature'));
      if (typeof correction === 'number') pressure += correction;
      else flags.push(correction);
    }
    if (barometer !== undefined) {
      const air = inputs.get('barometer');
      if (air === undefined) return { value: null, flags: [...flags, 'no-barometer'] };
      pressure += barometricCorrection(air, constants.barometerZero ?? air);
    }
    const { elevation, metresPerKilopascal = METRES_PER_KILOPASCAL } = constants;
    return { value: waterLevel(pressure, elevation, metresPerKilopascal), flags };
  };
}

function pressureOf({ linear, polynomial }: Constants, reading: number): number {
  if (polynomial !== undefined) return polynomialPressure(reading, polynomial);
  return linear === undefined ? NaN : linearPressure(reading, linear);
}

/** The correction in kPa, or why there is none. */
function thermal({ temperature }: Constants, measured: number | undefined): number | Flag {
  if (temperature === undefined || measured === undefined) return 'no-temperature';
  const { thermistor, offset, factor, zero, plausible } = temperature;
  const celsius = (thermistor === undefined ? measured : thermistorCelsius(measured, thermistor)) + offset;
  const canBeTrue = plausible === undefined || (celsius >= plausible.min && celsius <= plausible.max);
  if (!canBeTrue) return 'thermistor-out-of-range';
  return Number.isFinite(celsius) ? temperatureCorrection(celsius, factor, zero) : 'no-temperature';
}

function conversion(unit: string, calibratedIn: Constants['calibratedIn']): (reading: number) => number {
  if (unit === 'Hz') return calibratedIn === 'hertz' ? (hertz) => hertz : digitsOf;
  return calibratedIn === 'digits' ? (digits) => digits : (digits) => Math.sqrt(digits * 1000);
}
