import type { DurationMs } from '../../src/core/time.ts';
import { creepMillimetres } from './creep.ts';
import { DEMO_POND, damLevels, pondLevel } from './pond.ts';
import type { PondState } from './pond.ts';
import type { Scenario } from './scenarios.ts';
import { airKilopascal, groundCelsius, isNight, rainUntil } from './weather.ts';

/** The truth behind the readings, without noise, at one moment of the scenario's own time. */
export interface World {
  readonly at: DurationMs;
  readonly pondLevel: number;
  /** The pond above its sill, m. */
  readonly headMetres: number;
  readonly damLevels: readonly number[];
  /** Of the seepage over its measuring weir, mm. */
  readonly weirMillimetres: number;
  /** Rain since the scenario began, and until the moment of the device's reading before, mm. */
  readonly rain: number;
  readonly rainBefore: number;
  readonly groundCelsius: number;
  readonly airKilopascal: number;
  readonly creepMillimetres: number;
  readonly batteryVolt: number;
}

/** Volts of a 12 V battery with a panel, by day and by night. */
const BATTERY = { day: 13.1, night: 12.3 };

export function worldAt({ weather, creep }: Scenario, seed: number, state: PondState, at: DurationMs): World {
  const level = pondLevel(DEMO_POND, state);
  const rain = rainUntil(weather, seed, at);
  const inDam = damLevels(DEMO_POND, state);
  return {
    at,
    pondLevel: level,
    headMetres: level - DEMO_POND.baseLevel,
    damLevels: inDam,
    weirMillimetres: weirMillimetres(inDam),
    rain,
    rainBefore: rain,
    groundCelsius: groundCelsius(at),
    airKilopascal: airKilopascal(weather, seed, at),
    creepMillimetres: creep === null ? 0 : creepMillimetres(creep, at),
    batteryVolt: isNight(at) ? BATTERY.night : BATTERY.day,
  };
}

/** Head over the weir in dry weather, and for each metre that the water in the dam has risen on the average, mm. */
const WEIR = { dry: 62, perMetre: 35 };
const DRY_LEVELS = DEMO_POND.sections.flat().map(({ baseLevel }) => baseLevel);

function weirMillimetres(levels: readonly number[]): number {
  const rises = levels.map((level, i) => level - (DRY_LEVELS[i] ?? level));
  return WEIR.dry + (WEIR.perMetre * rises.reduce((a, b) => a + b, 0)) / Math.max(1, rises.length);
}
