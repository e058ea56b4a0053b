/** One section of a beach: the elevation of its crest in metres, and its slope as a fraction (0.01: 1 %). */
export interface BeachSection {
  readonly crest: number;
  readonly slope: number;
}

/**
 * Phreatic depth 浸润线埋深: from the ground (or the dam's face, not the top of the pipe) down to the water; smaller is worse.
 *
 * @param ground elevation in metres.
 * @param water elevation in metres.
 * @returns metres.
 */
export const phreaticDepth = (ground: number, water: number): number => ground - water;

/**
 * Beach length 干滩长度 of a pond: L = (Z_crest − Z_water) / i, the least of its sections (AQ 2030); 0 where the water stands at the crest.
 *
 * @param water elevation of the pond in metres.
 * @returns metres; NaN without a section that slopes.
 */
export function beachLength(sections: readonly BeachSection[], water: number): number {
  const lengths = sections.filter(({ slope }) => slope > 0).map(({ crest, slope }) => (crest - water) / slope);
  return lengths.length === 0 ? NaN : Math.max(0, Math.min(...lengths));
}

/**
 * Slope of a beach between two radar gauges: i = |p₁ − p₂| / |x₁ − x₂|, p the elevation each sees, x its chainage.
 *
 * @returns a fraction; NaN where the gauges stand less than 0.1 mm apart.
 */
export const beachSlope = (
  one: { readonly elevation: number; readonly chainage: number },
  other: { readonly elevation: number; readonly chainage: number },
): number => {
  const distance = Math.abs(one.chainage - other.chainage);
  return distance < 1e-4 ? NaN : Math.abs(one.elevation - other.elevation) / distance;
};

/**
 * Height from the water up to a crest: freeboard over the dam's lowest crest, 防洪高度 over the beach's crest.
 * The latter must hold the flood's rise 调洪高度 and the least freeboard 安全超高 (GB 39496-2020).
 *
 * @param crest the lowest, in metres.
 * @param water elevation in metres.
 * @returns metres, negative when it overtops.
 */
export const heightAbove = (crest: number, water: number): number => crest - water;
