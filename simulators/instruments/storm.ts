import { HOUR, MINUTE } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { chance } from './random.ts';

/** `quiet` never rains; `storm` rains hard, lets the pond recede, and rains again, for ever. */
export const SCENARIOS = ['storm', 'quiet'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** Weather begins with this much dry time. */
export const DRY_FIRST: DurationMs = 1.5 * HOUR;
/** From the beginning of one storm to that of the next; long enough for the pond to fall below its blue level between them. */
export const CYCLE: DurationMs = 15 * HOUR;
const STORM: DurationMs = 4 * HOUR;
const BLOCK: DurationMs = 5 * MINUTE;
const BLOCKS = STORM / BLOCK;
/** Where in the storm the rain is heaviest. */
const PEAK = 0.4;
/** Rain of the first storm, mm; those after it have 95 to 105 % of it. */
const STORM_MM = 190;

/** Rain in mm an hour at a moment of the scenario's own time, 0 or more. Same seed, same rain. */
export function rainIntensity(scenario: Scenario, seed: number, at: DurationMs): number {
  if (scenario === 'quiet' || at < DRY_FIRST) return 0;
  const storm = Math.floor((at - DRY_FIRST) / CYCLE);
  const block = Math.floor(((at - DRY_FIRST) % CYCLE) / BLOCK);
  if (block >= BLOCKS) return 0;
  return (totalMm(seed, storm) * weight(seed, storm, block)) / totalWeight(seed, storm) / (BLOCK / HOUR);
}

/** Rain between two moments of the scenario's own time, mm, to the minute's share: what a tipping bucket counts. */
export function rainBetween(scenario: Scenario, seed: number, from: DurationMs, to: DurationMs): number {
  let sum = 0;
  for (let at = Math.max(0, from); at < to; ) {
    const until = Math.min(to, (Math.floor(at / MINUTE) + 1) * MINUTE);
    sum += rainIntensity(scenario, seed, at) * ((until - at) / HOUR);
    at = until;
  }
  return sum;
}

const totalMm = (seed: number, storm: number): number =>
  STORM_MM * (storm === 0 ? 1 : 0.95 + 0.1 * chance(seed, 1, storm));

/** Share of a block, before the shares are made to sum to one: a peak with gusts. */
function weight(seed: number, storm: number, block: number): number {
  const x = (block + 0.5) / BLOCKS;
  const shape = x < PEAK ? x / PEAK : (1 - x) / (1 - PEAK);
  return shape * (0.6 + 0.8 * chance(seed, 2, storm, block));
}

function totalWeight(seed: number, storm: number): number {
  let sum = 0;
  for (let block = 0; block < BLOCKS; block++) sum += weight(seed, storm, block);
  return sum;
}
