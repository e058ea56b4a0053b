import type { Curve } from '../../../src/contract/http.ts';
import type { LiveReading } from '../../../src/contract/live.ts';

/** [observedAt ms, value, 1 if doubtful else 0] */
export type Point = Curve['points'][number];

/** The curve on screen: points oldest first, one a moment. */
export interface Trace {
  readonly sensorId: number;
  readonly points: readonly Point[];
  /** Readings in the span, thinned ones included. */
  readonly stored: number;
  readonly thinned: boolean;
  /** Two points further apart than this are not joined. */
  readonly gapMs: number;
  /** Times of points that are not in the database. */
  readonly unrecorded: ReadonlySet<number>;
}

/** Beyond this the oldest are dropped: a screen that is never reloaded must not fill its memory. */
const POINTS_KEPT = 20_000;
/** As many silent intervals make a sensor blind. */
const GAP_INTERVALS = 3;
const NONE: ReadonlySet<number> = new Set();

/** A trace from a curve that was read. Where it was thinned, points are further apart than readings: the gap grows with them. */
export function traceOf(curve: Curve, intervalMs: number): Trace {
  const thinned = curve.stored > curve.points.length;
  const spacing = thinned ? Math.max(intervalMs, usualSpacing(curve.points)) : intervalMs;
  return {
    sensorId: curve.sensorId,
    points: sorted(curve.points),
    stored: curve.stored,
    thinned,
    gapMs: GAP_INTERVALS * spacing,
    unrecorded: NONE,
  };
}

/** A trace of nothing that is stored. */
export const emptyTrace = (sensorId: number, intervalMs: number): Trace =>
  traceOf({ sensorId, from: 0, to: 0, stored: 0, points: [] }, intervalMs);

/** Nine of ten steps between points are at most this, in milliseconds. */
function usualSpacing(points: readonly Point[]): number {
  const steps = points.flatMap((point, i) => (i === 0 ? [] : [point[0] - (points[i - 1]?.[0] ?? point[0])]));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length * 0.9)] ?? 0;
}

/**
 * The trace with live readings of its sensor; the same reading twice, or a late one, finds its place. One that is not
 * recorded stays marked until it comes again as recorded.
 */
export function append(trace: Trace, readings: readonly LiveReading[], recorded = true): Trace {
  const fresh = readings
    .filter(([sensorId]) => sensorId === trace.sensorId)
    .map(([, observedAt, , value, doubtful]): Point => [observedAt, value, doubtful]);
  if (fresh.length === 0) return trace;
  const known = new Set(trace.points.slice(-fresh.length - 200).map(([at]) => at));
  const added = fresh.filter(([at]) => !known.has(at)).length;
  const points = sorted([...trace.points, ...fresh]).slice(-POINTS_KEPT);
  return { ...trace, points, stored: trace.stored + added, unrecorded: marked(trace.unrecorded, fresh, recorded) };
}

function marked(before: ReadonlySet<number>, fresh: readonly Point[], recorded: boolean): ReadonlySet<number> {
  if (recorded && before.size === 0) return before;
  const marks = new Set(before);
  for (const [at] of fresh) {
    if (recorded) marks.delete(at);
    else marks.add(at);
  }
  return marks;
}

/** Oldest first, one a moment; of two at one moment the later in the list stays. */
function sorted(points: readonly Point[]): readonly Point[] {
  const inOrder = points.every((point, i) => i === 0 || point[0] > (points[i - 1]?.[0] ?? 0));
  if (inOrder) return points;
  return [...new Map(points.map((point) => [point[0], point])).values()].sort((a, b) => a[0] - b[0]);
}

/**
 * Columns to draw: times, values with null where the line must break, the doubtful ones again by themselves, and those
 * that are not recorded, which `value` has not, joined to the recorded ones beside them.
 */
export interface Columns {
  readonly at: number[];
  readonly value: (number | null)[];
  readonly doubtful: (number | null)[];
  readonly unrecorded: (number | null)[];
}

/** Columns of the points from `from` on (and one before it, so that the line enters from the left edge). */
export function columns(trace: Trace, from = Number.NEGATIVE_INFINITY): Columns {
  const out: Columns = { at: [], value: [], doubtful: [], unrecorded: [] };
  const inside = trace.points.findIndex(([at]) => at >= from);
  const first = Math.max(0, (inside === -1 ? trace.points.length : inside) - 1);
  let previous: number | undefined;
  const points = trace.points.slice(first);
  const isMarked = (i: number): boolean => trace.unrecorded.has(points[i]?.[0] ?? Number.NaN);
  for (const [i, [at, value, doubtful]] of points.entries()) {
    if (previous !== undefined && at - previous > trace.gapMs) {
      out.at.push((at + previous) / 2);
      out.value.push(null);
      out.doubtful.push(null);
      out.unrecorded.push(null);
    }
    out.at.push(at);
    out.value.push(isMarked(i) ? null : value);
    out.doubtful.push(doubtful === 1 ? value : null);
    out.unrecorded.push(isMarked(i) || isMarked(i - 1) || isMarked(i + 1) ? value : null);
    previous = at;
  }
  return out;
}

/**
 * Lowest and highest value to draw: all data, with limits wherever these leave the data at least a tenth of the height;
 * else only the limits nearest to the data on either side.
 */
export function valueSpan(values: readonly number[], limits: readonly number[]): readonly [number, number] {
  const data = values.length > 0 ? values : limits;
  if (data.length === 0) return [0, 1];
  let low = data.reduce((a, b) => Math.min(a, b));
  let high = data.reduce((a, b) => Math.max(a, b));
  const reach = Math.max(high - low, Math.abs(high) * 1e-4, 1e-3) * 10;
  const above = limits.filter((limit) => limit > high).sort((a, b) => a - b);
  const below = limits.filter((limit) => limit < low).sort((a, b) => b - a);
  const bottom = low;
  for (const [i, limit] of above.entries()) if (i === 0 || limit - bottom <= reach) high = limit;
  const top = high;
  for (const [i, limit] of below.entries()) if (i === 0 || top - limit <= reach) low = limit;
  const margin = Math.max((high - low) * 0.08, 1e-3);
  return [low - margin, high + margin];
}
