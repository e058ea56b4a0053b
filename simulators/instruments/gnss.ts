import { HOUR, MINUTE } from '../../src/core/time.ts';
import type { DurationMs } from '../../src/core/time.ts';
import { chance, tremble } from './random.ts';

/** A position or a move: metres east, north and up. */
export interface Enu {
  readonly east: number;
  readonly north: number;
  readonly up: number;
}

/** What a receiver solved. */
export interface Solution extends Enu {
  /** As NMEA GGA says it: 4 fixed, 5 float. */
  readonly status: number;
}

/** After it the satellites stand where they stood, and their reflections come back the same. */
const SIDEREAL_DAY: DurationMs = 23 * HOUR + 56 * MINUTE;
/** Share of solutions whose ambiguities are not fixed, and how much worse they are. */
const FLOAT_SHARE = 0.004;
const FLOAT_NOISE = 4;
/** Standard deviation of a fixed solution, and size of what reflections add, m: east and north, up. */
const NOISE = { plane: 0.0009, up: 0.002 };
const MULTIPATH = { plane: 0.0008, up: 0.0018 };

/** What receiver number `point` makes of where it truly is. */
export function solution(seed: number, point: number, reading: number, at: DurationMs, truth: Enu): Solution {
  const isFloat = chance(seed, 20, point, reading) < FLOAT_SHARE;
  const noise = isFloat ? FLOAT_NOISE : 1;
  const axis = (metres: number, which: number, of: 'plane' | 'up'): number =>
    metres +
    noise * NOISE[of] * tremble(seed, 21, point, which, reading) +
    MULTIPATH[of] * reflections(at, chance(seed, 22, point, which));
  return {
    east: axis(truth.east, 0, 'plane'),
    north: axis(truth.north, 1, 'plane'),
    up: axis(truth.up, 2, 'up'),
    status: isFloat ? 5 : 4,
  };
}

/** Between −1 and 1, the same every sidereal day. */
function reflections(at: DurationMs, phase: number): number {
  const day = 2 * Math.PI * (at / SIDEREAL_DAY + phase);
  return 0.7 * Math.sin(day) + 0.3 * Math.sin(3 * day + 1);
}

/** A move down a slope that faces `azimuth` (degrees from north) and dips `dip` degrees, as metres east, north and up. */
export function downslopeMove(metres: number, azimuth: number, dip: number): Enu {
  const [a, d] = [(azimuth * Math.PI) / 180, (dip * Math.PI) / 180];
  const outward = metres * Math.cos(d);
  return { east: outward * Math.sin(a), north: outward * Math.cos(a), up: -metres * Math.sin(d) };
}
