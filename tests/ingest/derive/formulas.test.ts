import { describe, expect, it, test } from 'vitest';
import { downslope, horizontal, moved, settlement, spatial } from '../../../ingest/derive/displacement.ts';
import { beachLength, beachSlope, heightAbove, phreaticDepth } from '../../../ingest/derive/pond.ts';
import { countedTips, rainOfCounter, rainOfIntervals } from '../../../ingest/derive/rain.ts';
import { thermistorCelsius } from '../../../ingest/derive/thermistor.ts';
import { ratePerHour } from '../../../ingest/derive/trend.ts';
import {
  barometricCorrection,
  digitsOf,
  linearPressure,
  polynomialPressure,
  temperatureCorrection,
  waterLevel,
} from '../../../ingest/derive/vibrating-wire.ts';
import { HOUR, instant } from '../../../src/core/time.ts';

const GEOKON_3K = { a: 1.4051e-3, b: 2.369e-4, c: 1.019e-7 };

describe('a vibrating wire', () => {
  test('8000 digits are 2828 Hz (Geokon 8020-59, p. 47)', () => {
    expect(digitsOf(2828)).toBeCloseTo(7997.6, 1);
    expect(digitsOf(1 / 354e-6)).toBeCloseTo(7980, 0);
  });

  test('G = −0.1795 kPa/digit, 9082 to 6749: 418.8 kPa (Geokon 4500, p. 36)', () => {
    expect(linearPressure(6749, { factor: -0.1795, zero: 9082 })).toBeCloseTo(418.8, 1);
  });

  test('414.72 kPa with −0.0422 kPa/°C over 5 °C and 1.1 kPa of air: 413.831 kPa (Roctest FOP)', () => {
    const corrected = 414.72 + temperatureCorrection(25, 0.0422, 20) + barometricCorrection(102.4, 101.3);
    expect(corrected).toBeCloseTo(413.831, 3);
  });

  test('the published formula of Mukilteo, first row of VWP 1 (USGS OFR 2017-1095)', () => {
    const pressure = polynomialPressure(2923, { a: -0.000095792, b: -0.002326, c: 828.53 });
    expect(pressure).toBeCloseTo(-0.000095792 * 2923 * 2923 - 0.002326 * 2923 + 828.53, 9);
  });

  test('10 kPa are 1.0197 m of water', () => {
    expect(waterLevel(10, 300)).toBeCloseTo(301.0197, 4);
    expect(waterLevel(10, 0, 0.1019977334)).toBe(1.019977334);
  });
});

describe('a thermistor', () => {
  test.each([
    [3000, 25, GEOKON_3K],
    [9796, 0, GEOKON_3K],
  ])('%d ohm are %d °C (Geokon 3 kΩ)', (ohms, celsius, coefficients) => {
    expect(thermistorCelsius(ohms, coefficients)).toBeCloseTo(celsius, 0);
  });

  test('10 kΩ are 25 °C with the coefficients of Campbell’s example', () => {
    const coefficients = { a: 1.028444e-3, b: 2.392435e-4, c: 1.562216e-7 };
    expect(thermistorCelsius(10_000, coefficients)).toBeCloseTo(25, 1);
  });

  it.each([0, -5, NaN])('has no temperature at %d ohm', (ohms) => {
    expect(thermistorCelsius(ohms, GEOKON_3K)).toBeNaN();
  });
});

describe('a pond', () => {
  test.each([
    [[{ crest: 341, slope: 0.01 }], 338.7, 230],
    [
      [
        { crest: 341, slope: 0.01 },
        { crest: 340.5, slope: 0.02 },
        { crest: 341.2, slope: 0.01 },
      ],
      338.5,
      100,
    ],
    [[{ crest: 341, slope: 0.01 }], 342, 0],
  ])('its beach is the least of its sections', (sections, water, length) => {
    expect(beachLength(sections, water)).toBeCloseTo(length, 6);
  });

  test('a beach without slope has no length', () => {
    expect(beachLength([{ crest: 341, slope: 0 }], 338)).toBeNaN();
  });

  test('slope between two radars; none where they stand at one place', () => {
    const low = { elevation: 339, chainage: 50 };
    expect(beachSlope({ elevation: 340, chainage: 150 }, low)).toBeCloseTo(0.01, 9);
    expect(beachSlope({ elevation: 340, chainage: 50 }, low)).toBeNaN();
  });

  test('depth and heights grow smaller as the water rises', () => {
    expect(phreaticDepth(330, 321.5)).toBe(8.5);
    expect(heightAbove(341, 338.7)).toBeCloseTo(2.3, 9);
  });
});

describe('a rain counter', () => {
  test.each([
    ['goes on', 100, 104, 65_536, 4, false],
    ['stands', 100, 100, 65_536, 0, false],
    ['wraps', 65_530, 4, 65_536, 10, false],
    ['wraps at 99 999.9 mm (SL 651)', 999_998, 3, 1_000_000, 5, false],
    ['is reset', 1200, 3, 65_536, 3, true],
    ['is reset, and cannot wrap', 65_530, 4, null, 4, true],
  ])('%s', (_name, before, now, wrapsAt, tips, reset) => {
    expect(countedTips(before, now, wrapsAt)).toEqual({ tips, reset });
  });

  const hourly = (...values: number[]) => values.map((value, i) => ({ at: instant(i * HOUR), value }));

  test('adds up its steps within the window, through a wrap', () => {
    const rain = rainOfCounter(hourly(10, 65_530, 65_535, 5, 9), instant(HOUR), 0.2, 65_536);
    expect(rain).toEqual({ millimetres: expect.closeTo(3) as number, whole: true, reset: false });
  });

  test('says when its readings do not reach back, or it was reset', () => {
    expect(rainOfCounter(hourly(10, 20, 2), instant(-1), 1, null)).toEqual({
      millimetres: 12,
      whole: false,
      reset: true,
    });
  });

  test('tips of intervals are added up; a missing one is told', () => {
    expect(rainOfIntervals(hourly(1, 0, 4), 3, 0.254).millimetres).toBeCloseTo(1.27, 9);
    expect(rainOfIntervals(hourly(1, 0), 3, 0.254).whole).toBe(false);
  });
});

describe('a displacement', () => {
  const move = moved({ east: 100, north: 200, up: 50 }, { east: 100.003, north: 200.004, up: 49.988 });

  test('is a magnitude, in the plane and in space', () => {
    expect(horizontal(move)).toBeCloseTo(0.005, 9);
    expect(spatial(move)).toBeCloseTo(0.013, 9);
  });

  test('settlement is −ΔU', () => {
    expect(settlement(move)).toBeCloseTo(0.012, 9);
  });

  test('down a slope that faces east at 45°: out and down add up, up the slope is negative', () => {
    expect(downslope({ east: 1, north: 5, up: -1 }, 90, 45)).toBeCloseTo(Math.SQRT2, 9);
    expect(downslope({ east: -1, north: 0, up: 1 }, 90, 45)).toBeCloseTo(-Math.SQRT2, 9);
  });
});

describe('a rate', () => {
  const line = [0, 1, 2, 5].map((hour) => ({ at: instant(hour * HOUR), value: 338 + 0.02 * hour }));

  test('is the slope of the line through the points', () => {
    expect(ratePerHour(line)).toBeCloseTo(0.02, 9);
  });

  test('needs three points, and time between them', () => {
    expect(ratePerHour(line.slice(0, 2))).toBeNull();
    expect(ratePerHour([1, 2, 3].map((value) => ({ at: instant(0), value })))).toBeNull();
  });
});
