import type { SiteOverview } from '../../../src/contract/http.ts';
import type { LiveReading, Unrecorded } from '../../../src/contract/live.ts';
import { gravest, isGraver } from '../../../src/core/level.ts';

/** Of each sensor, when its newest reading that is not in the database was observed. */
export type UnrecordedReadings = ReadonlyMap<number, number>;

/** That knowledge after readings: one that is recorded, at or after it, takes the mark away. */
export function afterUnrecorded(
  marks: UnrecordedReadings,
  readings: readonly LiveReading[],
  recorded: boolean,
): UnrecordedReadings {
  if (recorded && marks.size === 0) return marks;
  const next = new Map(marks);
  for (const [sensorId, observedAt] of readings) {
    const marked = next.get(sensorId);
    if (!recorded) next.set(sensorId, Math.max(observedAt, marked ?? observedAt));
    else if (marked !== undefined && observedAt >= marked) next.delete(sensorId);
  }
  return next;
}

/** That knowledge after an overview was read, which holds only what is recorded. */
export const afterRead = (marks: UnrecordedReadings, { sensors }: SiteOverview): UnrecordedReadings =>
  new Map(
    [...marks].filter(([sensorId, at]) => {
      const newest = sensors.find((sensor) => sensor.sensorId === sensorId)?.newest;
      return newest === undefined || newest === null || newest.observedAt < at;
    }),
  );

/** An overview in which the levels judged in memory stand where they are graver, and the targets of those. */
export interface Shown {
  readonly overview: SiteOverview;
  readonly inMemory: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** What the screen shows while the database is away: of each target the graver of the recorded level and the one in memory. */
export function shownWith(overview: SiteOverview, unrecorded: Unrecorded | null): Shown {
  const own = new Map(
    (unrecorded?.targets ?? []).filter(({ siteId }) => siteId === overview.siteId).map((one) => [one.target, one]),
  );
  if (own.size === 0) return { overview, inMemory: NONE };
  const inMemory = new Set<string>();
  const rules = overview.rules.map((rule) => {
    const said = own.get(rule.target);
    if (said === undefined) return rule;
    const { level, verified, guarded, observedAt } = said;
    // The same level, confirmed in memory, is news as well: somebody may be called for it now.
    const confirms = level === rule.level && verified && !rule.verified;
    if (!isGraver(level, rule.level) && !confirms) return rule;
    inMemory.add(rule.target);
    return { ...rule, level, verified, guarded, changedAt: observedAt };
  });
  return { overview: { ...overview, rules, level: gravest(rules.map((rule) => rule.level)) }, inMemory };
}
