import type { Flag, Reading } from '../src/core/reading.ts';
import { GAP_INTERVALS } from '../src/core/sensor.ts';
import type { Sensor } from '../src/core/sensor.ts';
import { lookBack, rememberedOf } from './plausible/past.ts';
import type { Past, Remembered, Valued } from './plausible/past.ts';
import { isTooFast } from './plausible/rate.ts';
import { isSpike } from './plausible/spike.ts';
import { isStepAfterGap } from './plausible/step-after-gap.ts';
import { isStuck } from './plausible/stuck.ts';

const NOTHING: readonly Flag[] = [];

/** Why a value that has its turn cannot be believed, by what its sensor gave before; empty when it can. */
export function implausible({ plausibility, intervalMs }: Sensor, past: Past, now: Valued): readonly Flag[] {
  const { perHourMax, spike, stepAfterGap, stuck } = plausibility;
  const gapMs = GAP_INTERVALS * intervalMs;
  const flags: Flag[] = [];
  if (perHourMax !== undefined && isTooFast(past, now, perHourMax, intervalMs)) flags.push('too-fast');
  if (spike !== undefined && isSpike(past, now, spike, gapMs)) flags.push('spike');
  if (stepAfterGap !== undefined && isStepAfterGap(past, now, stepAfterGap, gapMs)) flags.push('step-after-gap');
  if (stuck !== undefined && isStuck(past, now, stuck)) flags.push('stuck');
  return flags.length === 0 ? NOTHING : flags;
}

/**
 * What is remembered of a sensor while a batch is taken: a copy, so that nothing of it counts before COMMIT.
 * `null` in and out for a sensor of which nothing is looked at.
 */
export const recollection = (past: Past | null): Remembered[] | null => (past === null ? null : [...past]);

/** Adds a reading to what is remembered, if it is one to compare with, and forgets what is too old to be. */
export function remember(past: Remembered[] | null, { plausibility }: Sensor, reading: Reading): void {
  const next = past === null ? null : rememberedOf(reading);
  if (past === null || next === null) return;
  past.push(next);
  if (past.length > lookBack(plausibility)) past.shift();
}
