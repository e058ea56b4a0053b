/** A number in [0, 1) that depends only on the seed and on what it is for: no order of asking, no hidden state. */
export function chance(seed: number, ...what: readonly number[]): number {
  let hash = (seed ^ 0x9e37_79b9) >>> 0;
  for (const part of what) {
    hash = Math.imul(hash ^ (part + 0x7f4a_7c15), 0x85eb_ca6b) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35) >>> 0;
    hash = (hash ^ (hash >>> 16)) >>> 0;
  }
  return hash / 2 ** 32;
}

/** Roughly normal around 0 with standard deviation 1, never beyond ±3.5 (sum of twelve chances would reach 6; real instruments are cut off as well). */
export function tremble(seed: number, ...what: readonly number[]): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += chance(seed, ...what, i);
  return Math.max(-3.5, Math.min(3.5, sum));
}
