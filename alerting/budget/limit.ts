import { elapsedMs } from '../../src/core/time.ts';
import type { DurationMs, Instant } from '../../src/core/time.ts';

/** So many to one number within any span of this length. */
export interface Limit {
  readonly most: number;
  readonly withinMs: DurationMs;
}

/** What a carrier lets through to one number, and how much of that is kept for red. */
export interface Limits {
  readonly perNumber: readonly Limit[];
  /** From 0 to 1: this share of each limit is for red alone, save that one is always left to the others. */
  readonly keptForRed: number;
}

export const NO_LIMITS: Limits = { perNumber: [], keptForRed: 0 };

/**
 * The limit that one more at `at` would break, `null`: none. `uses` are earlier requests for the same number, in any order;
 * those that come after `at` count as well. Of several the one that lasts longest.
 */
export function overLimit(
  { perNumber, keptForRed }: Limits,
  uses: readonly Instant[],
  at: Instant,
  isRed: boolean,
): Limit | null {
  const broken = perNumber.filter(
    ({ most, withinMs }) =>
      uses.filter((use) => elapsedMs(use, at) < withinMs).length >= (isRed ? most : leftToOthers(most, keptForRed)),
  );
  return broken.reduce<Limit | null>(
    (longest, limit) => (longest === null || limit.withinMs > longest.withinMs ? limit : longest),
    null,
  );
}

/** What a drill may use of them: half of what red leaves, so that something real, not red, that comes after it finds the rest. */
export const limitsOfDrill = ({ perNumber, keptForRed }: Limits): Limits => ({
  perNumber: perNumber.map((limit) => ({ ...limit, most: Math.ceil(leftToOthers(limit.most, keptForRed) / 2) })),
  keptForRed: 0,
});

const leftToOthers = (most: number, keptForRed: number): number =>
  Math.max(Math.min(1, most), most - Math.ceil(most * keptForRed));
