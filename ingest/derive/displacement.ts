/** A position or a move: metres east, north and up. */
export interface Enu {
  readonly east: number;
  readonly north: number;
  readonly up: number;
}

/** From where a point began to where it is. */
export const moved = (from: Enu, to: Enu): Enu => ({
  east: to.east - from.east,
  north: to.north - from.north,
  up: to.up - from.up,
});

/** Horizontal displacement: a magnitude, never negative; the unit of the move. */
export const horizontal = ({ east, north }: Enu): number => Math.hypot(east, north);

/** Displacement in space: a magnitude, never negative; the unit of the move. */
export const spatial = ({ east, north, up }: Enu): number => Math.hypot(east, north, up);

/** Settlement −ΔU: positive when the point sinks; the unit of the move. */
export const settlement = ({ up }: Enu): number => 0 - up;

/**
 * The component of a move that goes down a slope: its projection on the line of greatest slope.
 *
 * @param azimuthDegrees where the slope faces, clockwise from north.
 * @param dipDegrees how steep it is below the horizontal.
 * @returns the unit of the move; negative when the point moves up the slope.
 */
export function downslope({ east, north, up }: Enu, azimuthDegrees: number, dipDegrees: number): number {
  const [azimuth, dip] = [radians(azimuthDegrees), radians(dipDegrees)];
  const outward = east * Math.sin(azimuth) + north * Math.cos(azimuth);
  return outward * Math.cos(dip) - up * Math.sin(dip);
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
