import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { chance } from './random.ts';

/** What falls from the sky: a storm of about so much rain in every cycle; 0: it never rains. */
export interface Weather {
  readonly stormMillimetres: number;
}

/** Weather begins with this much dry time. */
export const DRY_FIRST: DurationMs = 0.5 * HOUR;
/** From the beginning of one storm to that of the next: long enough for the rain of 24 h to become nothing between them. */
export const CYCLE: DurationMs = 30 * HOUR;
const STORM: DurationMs = 4 * HOUR;
const BLOCK: DurationMs = 5 * MINUTE;
const BLOCKS = STORM / BLOCK;
/** Where in the storm the rain is heaviest. */
const PEAK = 0.4;

/** Rain in mm an hour at a moment of the scenario's own time, 0 or more. Same seed, same rain. */
export function rainIntensity(weather: Weather, seed: number, at: DurationMs): number {
  if (at < DRY_FIRST) return 0;
  const storm = Math.floor((at - DRY_FIRST) / CYCLE);
  const block = Math.floor(((at - DRY_FIRST) % CYCLE) / BLOCK);
  if (block >= BLOCKS) return 0;
  return (totalMm(weather, seed, storm) * weight(seed, storm, block)) / totalWeight(seed, storm) / (BLOCK / HOUR);
}

/** Rain since the scenario began, mm: what a tipping bucket has counted. */
export function rainUntil(weather: Weather, seed: number, at: DurationMs): number {
  if (at < DRY_FIRST) return 0;
  const storms = Math.floor((at - DRY_FIRST) / CYCLE);
  let sum = 0;
  for (let storm = 0; storm < storms; storm++) sum += totalMm(weather, seed, storm);
  const blocks = ((at - DRY_FIRST) % CYCLE) / BLOCK;
  // The very sum that later storms are added to: a counter one rounding lower would seem to have been reset.
  if (blocks >= BLOCKS) return sum + totalMm(weather, seed, storms);
  let share = 0;
  for (let block = 0; block < blocks; block++) share += weight(seed, storms, block) * Math.min(1, blocks - block);
  return sum + (totalMm(weather, seed, storms) * share) / totalWeight(seed, storms);
}

/** Rain of the first storm is the weather's; those after it have 95 to 105 % of it. */
const totalMm = ({ stormMillimetres }: Weather, seed: number, storm: number): number =>
  stormMillimetres * (storm === 0 ? 1 : 0.95 + 0.1 * chance(seed, 1, storm));

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

/** A scenario begins at six in the morning. */
const BEGINS: DurationMs = 6 * HOUR;
const wave = (at: DurationMs, periodMs: DurationMs, phase = 0): number =>
  Math.sin(2 * Math.PI * (at / periodMs) + phase);

/** Temperature in the ground at the instruments, °C: what is left of the day, warmest at nineteen o'clock. */
export const groundCelsius = (at: DurationMs): number => 15 + 0.8 * wave(at + BEGINS - 13 * HOUR, DAY);

/** Whether panels give no power: from 19 to 5 o'clock. */
export const isNight = (at: DurationMs): boolean => {
  const hour = ((at + BEGINS) % DAY) / HOUR;
  return hour >= 19 || hour < 5;
};

/** Air pressure at the pond in kPa: the twice-daily tide, days of fairer and worse weather, and the trough of a storm. */
export function airKilopascal({ stormMillimetres }: Weather, seed: number, at: DurationMs): number {
  const slow = 0.3 * wave(at, 61 * HOUR, 6 * chance(seed, 4)) + 0.2 * wave(at, 37 * HOUR, 6 * chance(seed, 5));
  const middle = DRY_FIRST + PEAK * STORM;
  const fromTrough = ((((at - middle) % CYCLE) + 1.5 * CYCLE) % CYCLE) - CYCLE / 2;
  const trough = (stormMillimetres / 100) * Math.exp(-((fromTrough / (3 * HOUR)) ** 2));
  return 96.5 + 0.1 * wave(at + BEGINS, DAY / 2) + slow - trough;
}
