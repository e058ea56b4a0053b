import { HOUR } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';

/** A slope that fails in three stages. Times are the scenario's own. */
export interface Creep {
  readonly beginsMs: DurationMs;
  /** Primary: the velocity decays from its first value towards the steady one, mm/h, with this time constant. */
  readonly firstVelocity: number;
  readonly decayMs: DurationMs;
  /** Secondary, mm/h. */
  readonly steadyVelocity: number;
  /** Tertiary, from here to failure: the inverse of the velocity falls in a straight line to zero (Fukuzono 1985, α = 2). */
  readonly acceleratesMs: DurationMs;
  readonly failsMs: DurationMs;
}

/** A rock slope that gives sixteen hours of warning. */
export const DEMO_CREEP: Creep = {
  beginsMs: 2 * HOUR,
  firstVelocity: 4.5,
  decayMs: 0.8 * HOUR,
  steadyVelocity: 2.8,
  acceleratesMs: 8 * HOUR,
  failsMs: 24 * HOUR,
};

/** Velocity down the slope in mm/h; 0 before it begins and after it has failed. */
export function creepVelocity(creep: Creep, at: DurationMs): number {
  const { beginsMs, firstVelocity, decayMs, steadyVelocity, acceleratesMs, failsMs } = creep;
  if (at < beginsMs || at >= failsMs) return 0;
  if (at >= acceleratesMs) return (steadyVelocity * (failsMs - acceleratesMs)) / (failsMs - at);
  return steadyVelocity + (firstVelocity - steadyVelocity) * Math.exp(-(at - beginsMs) / decayMs);
}

/** How close to failure the displacement is still followed; at failure itself it has no bound. */
const LAST: DurationMs = HOUR / 60;

/** How far it has moved down the slope, mm: the integral of the velocity. */
export function creepMillimetres(creep: Creep, at: DurationMs): number {
  const { beginsMs, firstVelocity, decayMs, steadyVelocity, acceleratesMs, failsMs } = creep;
  const slow = Math.max(0, Math.min(at, acceleratesMs) - beginsMs);
  const excess = (firstVelocity - steadyVelocity) * decayMs * (1 - Math.exp(-slow / decayMs));
  const left = Math.max(LAST, failsMs - Math.max(at, acceleratesMs));
  const fast = steadyVelocity * (failsMs - acceleratesMs) * Math.log((failsMs - acceleratesMs) / left);
  return (steadyVelocity * slow + excess + fast) / HOUR;
}
