import { HOUR, SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { rainBetween, rainIntensity } from './storm.ts';
import type { Scenario } from './storm.ts';
import { tremble } from './random.ts';

/** Size and habits of the simulated pond: invented, of the order of a class-three upstream pond. */
export interface PondParameters {
  /** Elevation at which the decant sill stands: the pond's level in dry weather, m. */
  readonly baseLevel: number;
  /** Surface at the base level, m². */
  readonly surface: number;
  /** How the beach lets the surface grow: share of `surface` a metre. */
  readonly surfaceGrowth: number;
  /** Area whose rain runs into the pond, m². */
  readonly catchment: number;
  /** Share of the rain that runs off. */
  readonly runoff: number;
  /** How long water stands on the slopes and in the ditches. */
  readonly slopesMs: DurationMs;
  readonly ditchesMs: DurationMs;
  /** Decant over the sill: m³/s at a head of one metre, growing with head^1.5. */
  readonly decant: number;
  /** Return-water pumps, m³/s, while there is water above the sill. */
  readonly pumps: number;
  /** Water level in the dam, from the pond outwards, each following the one before it. */
  readonly piezometers: readonly {
    readonly baseLevel: number;
    /** Metres of rise for each metre that what it follows has risen, in the long run. */
    readonly gain: number;
    readonly lagMs: DurationMs;
  }[];
}

/** The pond of the demo, whose blue level is 338.70 m and whose red one is 338.89 m. */
export const DEMO_POND: PondParameters = {
  baseLevel: 338.2,
  surface: 300_000,
  surfaceGrowth: 0.25,
  catchment: 2_000_000,
  runoff: 0.75,
  slopesMs: 0.3 * HOUR,
  ditchesMs: 0.5 * HOUR,
  decant: 11,
  pumps: 3,
  piezometers: [
    { baseLevel: 320.35, gain: 1, lagMs: 1.5 * HOUR },
    { baseLevel: 319.4, gain: 0.6, lagMs: 3 * HOUR },
  ],
};

/** What the water is at one moment. */
export interface PondState {
  /** The scenario's own time since its beginning. */
  readonly at: DurationMs;
  /** Water on the slopes, and in the ditches, on its way, m³. */
  readonly slopes: number;
  readonly ditches: number;
  /** Water in the pond above the sill, m³; never negative. */
  readonly volume: number;
  /** Rise of each piezometer over its base, m. */
  readonly rises: readonly number[];
}

export const dryPond = (pond: PondParameters): PondState => ({
  at: 0,
  slopes: 0,
  ditches: 0,
  volume: 0,
  rises: pond.piezometers.map(() => 0),
});

/** Steps of the water balance: short against every lag in it. */
const STEP: DurationMs = 10 * SECOND;

/** The state at a later moment, in whole steps of 10 s: the same however many calls led there. */
export function advance(
  pond: PondParameters,
  scenario: Scenario,
  seed: number,
  state: PondState,
  to: DurationMs,
): PondState {
  let next = state;
  while (next.at + STEP <= to) next = balance(pond, rainIntensity(scenario, seed, next.at), next);
  return next;
}

/** Longer than the pond or the dam remembers: from a dry start so long before, the water is right to a millimetre. */
const MEMORY: DurationMs = 120 * HOUR;

/** The state at a moment of the scenario's own time, without all the time before it. */
export const pondAt = (pond: PondParameters, scenario: Scenario, seed: number, at: DurationMs): PondState => {
  const begin = Math.max(0, Math.floor((at - MEMORY) / STEP) * STEP);
  return advance(pond, scenario, seed, { ...dryPond(pond), at: begin }, at);
};

/** One step: rain → slopes → ditches → pond → decant and pumps, and the dam after the pond. */
function balance(pond: PondParameters, rainMmPerHour: number, state: PondState): PondState {
  const metres = (rainMmPerHour / 1000) * (STEP / HOUR);
  const offSlopes = state.slopes * (STEP / pond.slopesMs);
  const offDitches = state.ditches * (STEP / pond.ditchesMs);
  const wet = state.volume + offDitches + metres * pond.surface;
  const head = headOf(pond, wet);
  const outflow = Math.min(wet, (pond.decant * head ** 1.5 + pond.pumps) * (STEP / SECOND));
  let before = head;
  const rises = pond.piezometers.map(({ gain, lagMs }, i) => {
    const rise = state.rises[i] ?? 0;
    const next = rise + (gain * before - rise) * (STEP / lagMs);
    before = rise;
    return next;
  });
  return {
    at: state.at + STEP,
    slopes: state.slopes + metres * pond.catchment * pond.runoff - offSlopes,
    ditches: state.ditches + offSlopes - offDitches,
    volume: wet - outflow,
    rises,
  };
}

/** Height above the sill for a volume, m: the storage curve V = surface · (h + growth · h² / 2), turned round. */
const headOf = ({ surface, surfaceGrowth }: PondParameters, volume: number): number =>
  (Math.sqrt(1 + (2 * surfaceGrowth * volume) / surface) - 1) / surfaceGrowth;

/** What is to be seen at the pond: levels in m of elevation, rain in mm since the reading before. */
export interface Truth {
  readonly pondLevel: number;
  readonly rain: number;
  readonly damLevels: readonly number[];
}

/** The truth behind the readings, without noise; `since` is the moment of the reading before. */
export function truth(
  pond: PondParameters,
  scenario: Scenario,
  seed: number,
  since: DurationMs,
  state: PondState,
): Truth {
  return {
    pondLevel: pond.baseLevel + headOf(pond, state.volume),
    rain: rainBetween(scenario, seed, since, state.at),
    damLevels: pond.piezometers.map(({ baseLevel }, i) => baseLevel + (state.rises[i] ?? 0)),
  };
}

/** Standard deviation of the instruments, m. */
const LEVEL_NOISE = 0.0015;

/** What the instruments make of the truth at their reading number `reading`: a tremble on levels, everything in whole millimetres, rain in hundredths of them. */
export function measured(seed: number, reading: number, seen: Truth): Truth {
  const level = (metres: number, sensor: number) =>
    rounded(metres + LEVEL_NOISE * tremble(seed, 3, sensor, reading), 1000);
  return {
    pondLevel: level(seen.pondLevel, 0),
    rain: rounded(seen.rain, 100),
    damLevels: seen.damLevels.map((metres, i) => level(metres, i + 1)),
  };
}

const rounded = (value: number, parts: number): number => Math.round(value * parts) / parts;
