import type { Instant } from '../../src/core/time.ts';
import { DAY } from '../../src/core/time.ts';

/** Tells names that have not been told before. */
export interface SeenNames {
  /** Those of them that were not told within a day. */
  news(names: readonly string[], at: Instant): string[];
}

/** Names remembered; those beyond are not told: a bound on what a stranger can make us keep and say. */
const REMEMBERED = 5_000;

/** Begins with nothing told. */
export function seenNames(): SeenNames {
  const toldAt = new Map<string, Instant>();
  return {
    news: (names, at) =>
      names.filter((name) => {
        const before = toldAt.get(name);
        if (before !== undefined && at - before < DAY) return false;
        if (before === undefined && toldAt.size >= REMEMBERED) return false;
        toldAt.set(name, at);
        return true;
      }),
  };
}
