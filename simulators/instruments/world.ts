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
  return {
    at,
    pondLevel: level,
    headMetres: level - DEMO_POND.baseLevel,
    damLevels: damLevels(DEMO_POND, state),
    rain,
    rainBefore: rain,
    groundCelsius: groundCelsius(at),
    airKilopascal: airKilopascal(weather, seed, at),
    creepMillimetres: creep === null ? 0 : creepMillimetres(creep, at),
    batteryVolt: isNight(at) ? BATTERY.night : BATTERY.day,
  };
}
