import { HOUR, SECOND } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { rainIntensity } from './weather.ts';
import type { Weather } from './weather.ts';

/** The water in the dam at one point. */
interface DamPoint {
  /** Elevation of the water in dry weather, m. */
  readonly baseLevel: number;
  /** Metres of rise for each metre that what it follows has risen, in the long run. */
  readonly gain: number;
  readonly lagMs: DurationMs;
}

/** Size and habits of the simulated pond: invented, of the order of a class-three upstream pond. */
export interface PondParameters {
  /** Elevation at which the decant sill stands: the pond's level in dry weather, m. */
  readonly baseLevel: number;
  /** Surface at the base level, m². */
  readonly surface: number;
  /** How the beach lets the surface grow: share of `surface` a metre. */
  readonly surfaceGrowth: number;
  /** Elevation at which the beach ends at the dam, m; the water nears it as the pond rises. */
  readonly beachCrest: number;
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
  /** Sections of the dam: water level at points from the beach outwards, each following the one before it. */
  readonly sections: readonly (readonly DamPoint[])[];
}

/** The pond of the demo, whose blue level is 338.70 m and whose red one is 338.89 m. */
export const DEMO_POND: PondParameters = {
  baseLevel: 338.2,
  surface: 300_000,
  surfaceGrowth: 0.25,
  beachCrest: 339.65,
  catchment: 2_000_000,
  runoff: 0.75,
  slopesMs: 0.3 * HOUR,
  ditchesMs: 0.5 * HOUR,
  decant: 11,
  pumps: 3,
  sections: [
    [
      { baseLevel: 326.8, gain: 0.8, lagMs: 1.5 * HOUR },
      { baseLevel: 318.6, gain: 0.7, lagMs: 2.5 * HOUR },
      { baseLevel: 309.9, gain: 0.6, lagMs: 3.5 * HOUR },
    ],
    [
      { baseLevel: 327.1, gain: 0.95, lagMs: 1.5 * HOUR },
      { baseLevel: 318.9, gain: 0.75, lagMs: 2.5 * HOUR },
      { baseLevel: 310.2, gain: 0.6, lagMs: 3.5 * HOUR },
    ],
    [
      { baseLevel: 326.5, gain: 0.7, lagMs: 1.8 * HOUR },
      { baseLevel: 318.2, gain: 0.65, lagMs: 3 * HOUR },
      { baseLevel: 309.6, gain: 0.55, lagMs: 4 * HOUR },
    ],
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
  /** Rise of each point of each section over its base, m. */
  readonly rises: readonly (readonly number[])[];
}

export const dryPond = (pond: PondParameters): PondState => ({
  at: 0,
  slopes: 0,
  ditches: 0,
  volume: 0,
  rises: pond.sections.map((points) => points.map(() => 0)),
});

/** Steps of the water balance: short against every lag in it. */
const STEP: DurationMs = 10 * SECOND;

/** The state at a later moment, in whole steps of 10 s: the same however many calls led there. */
export function advance(
  pond: PondParameters,
  weather: Weather,
  seed: number,
  state: PondState,
  to: DurationMs,
): PondState {
  let next = state;
  while (next.at + STEP <= to) next = balance(pond, rainIntensity(weather, seed, next.at), next);
  return next;
}

/** Longer than the pond or the dam remembers: from a dry start so long before, the water is right to a millimetre. */
const MEMORY: DurationMs = 120 * HOUR;

/** The state at a moment of the scenario's own time, without all the time before it. */
export const pondAt = (pond: PondParameters, weather: Weather, seed: number, at: DurationMs): PondState => {
  const begin = Math.max(0, Math.floor((at - MEMORY) / STEP) * STEP);
  return advance(pond, weather, seed, { ...dryPond(pond), at: begin }, at);
};

/** One step: rain → slopes → ditches → pond → decant and pumps; the beach after the pond, and the dam after both. */
function balance(pond: PondParameters, rainMmPerHour: number, state: PondState): PondState {
  const metres = (rainMmPerHour / 1000) * (STEP / HOUR);
  const offSlopes = state.slopes * (STEP / pond.slopesMs);
  const offDitches = state.ditches * (STEP / pond.ditchesMs);
  const wet = state.volume + offDitches + metres * pond.surface;
  const head = headOf(pond, wet);
  const outflow = Math.min(wet, (pond.decant * head ** 1.5 + pond.pumps) * (STEP / SECOND));
  const entering = head / beachShare(pond, head);
  return {
    at: state.at + STEP,
    slopes: state.slopes + metres * pond.catchment * pond.runoff - offSlopes,
    ditches: state.ditches + offSlopes - offDitches,
    volume: wet - outflow,
    rises: pond.sections.map((points, i) => seeping(points, state.rises[i] ?? [], entering)),
  };
}

function seeping(points: readonly DamPoint[], rises: readonly number[], entering: number): number[] {
  let before = entering;
  return points.map(({ gain, lagMs }, i) => {
    const rise = rises[i] ?? 0;
    const next = rise + (gain * before - rise) * (STEP / lagMs);
    before = rise;
    return next;
  });
}

/** What is left of the dry beach's length; the shorter way lets more water into the dam. */
const beachShare = ({ beachCrest, baseLevel }: PondParameters, head: number): number =>
  Math.max(0.2, 1 - head / (beachCrest - baseLevel));

/** Height above the sill for a volume, m: the storage curve V = surface · (h + growth · h² / 2), turned round. */
const headOf = ({ surface, surfaceGrowth }: PondParameters, volume: number): number =>
  (Math.sqrt(1 + (2 * surfaceGrowth * volume) / surface) - 1) / surfaceGrowth;

/** Elevation of the pond, m. */
export const pondLevel = (pond: PondParameters, state: PondState): number =>
  pond.baseLevel + headOf(pond, state.volume);

/** Elevations of the water in the dam, m: section by section, from the beach outwards. */
export const damLevels = (pond: PondParameters, state: PondState): number[] =>
  pond.sections.flatMap((points, s) => points.map(({ baseLevel }, i) => baseLevel + (state.rises[s]?.[i] ?? 0)));
