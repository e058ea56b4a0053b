/** What a change does to what is watched: less is seen or called for, more is, or neither. */
export type Weight = 'loosening' | 'tightening' | 'neutral';

/** One loosening makes the whole one. */
export const heaviest = (weights: readonly Weight[]): Weight =>
  weights.includes('loosening') ? 'loosening' : weights.includes('tightening') ? 'tightening' : 'neutral';
