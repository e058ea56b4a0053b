import type { Plausibility } from '../../src/core/sensor.ts';
import { trembleSteps } from './past.ts';
import type { Past, Valued } from './past.ts';

/** A step larger by no more than this share of the resolution is as large: decimals are not exact in a computer. */
const ROUNDING = 1e-6;

/**
 * Whether a value does not change any more though it trembles while it lives (QARTOD flat line test): so many readings
 * in a row within the resolution.
 *
 * - It must have trembled before it came to rest: half of the steps of a time twice as long were larger than the
 *   resolution. A sensor that cannot show its changes, or has just begun, is never stuck.
 * - Once stuck it is until the value moves, however long.
 * - Values at or below `idleAt` may rest: no rain, a dry tip.
 */
export function isStuck(
  past: Past,
  now: Valued,
  { readings, resolution, idleAt = -Infinity }: NonNullable<Plausibility['stuck']>,
): boolean {
  const begins = past.length - (readings - 1);
  if (now.value <= idleAt || begins < 0) return false;
  const smallest = resolution * (1 + ROUNDING);
  let [least, most] = [now.value, now.value];
  // From the newest back: what lives is found to do so at once.
  for (let i = past.length - 1; i >= begins; i -= 1) {
    const value = past[i]?.value ?? NaN;
    least = Math.min(least, value);
    most = Math.max(most, value);
    if (value <= idleAt || most - least > smallest) return false;
  }
  if (past.at(-1)?.stuck === true) return true;
  const steps = trembleSteps(readings);
  const before = past.slice(Math.max(0, begins - steps), begins + 1);
  const moves = before.filter(({ value }, i) => i > 0 && Math.abs(value - (before[i - 1]?.value ?? value)) > smallest);
  return moves.length >= steps / 2;
}
