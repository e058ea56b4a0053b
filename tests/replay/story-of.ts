import type { TestDatabase } from '../support/test-database.ts';

const LEVELS = ['normal', 'blue', 'yellow', 'orange', 'red'];

/** A rule without delays, and the values it is given. */
export interface PlainRule {
  readonly target: string;
  /** From blue on, rising. */
  readonly limits: readonly number[];
  readonly deadband: number;
  /** null: no number, which is judged by nobody. */
  readonly values: readonly { readonly at: number; readonly value: number | null; readonly doubtful?: boolean }[];
}

/** Its log, computed by other means than the engine's: a count of limits. A doubtful value raises and never lowers. */
export function storyOf({ target, limits, deadband, values }: PlainRule): string[] {
  let level = 0;
  return values.flatMap(({ at, value, doubtful = false }) => {
    if (value === null) return [];
    const reached = limits.filter((limit) => value >= limit).length;
    const isBack = level > 0 && !doubtful && value < (limits[level - 1] ?? 0) - deadband;
    const next = reached > level ? reached : isBack ? level - 1 : level;
    const line = `${target} ${LEVELS[level]}->${LEVELS[next]} ${new Date(at).toISOString()}`;
    const changed = next !== level;
    level = next;
    return changed ? [line] : [];
  });
}

export interface StoredReading {
  readonly code: string;
  readonly at: number;
  readonly version: number;
  readonly value: number | null;
  readonly quality: string;
  readonly flags: string[] | null;
}

/** Everything stored but when it came, by the code of its sensor and in order of time. */
export async function storedByCode({ db }: TestDatabase): Promise<Map<string, StoredReading[]>> {
  const rows = await db
    .selectFrom('reading')
    .innerJoin('sensor', 'sensor.id', 'reading.sensor_id')
    .select(['code', 'observed_at', 'version', 'value', 'quality', 'flags'])
    .orderBy('code')
    .orderBy('observed_at')
    .execute();
  const readings = rows.map(({ observed_at, ...row }) => ({ ...row, at: observed_at.getTime() }));
  return Map.groupBy(readings, ({ code }) => code);
}

/** The largest difference between two lists of numbers; infinite where one has none or they are not as many. */
export const farthest = (one: readonly (number | null)[], other: readonly (number | null)[]): number =>
  one.length === other.length
    ? one.reduce<number>((most, value, i) => Math.max(most, apart(value, other[i] ?? null)), 0)
    : Infinity;

const apart = (one: number | null, other: number | null): number =>
  one === null || other === null ? (one === other ? 0 : Infinity) : Math.abs(one - other);
