import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { append, columns, traceOf, valueSpan } from '../../dashboards/src/state/curve.ts';
import type { Point } from '../../dashboards/src/state/curve.ts';
import { spread } from '../../dashboards/src/state/spread.ts';

const curve = (points: Point[], stored = points.length) => ({ sensorId: 1, from: 0, to: 1e9, stored, points });
const every = (stepMs: number, count: number, from = 0): Point[] =>
  Array.from({ length: count }, (_, i): Point => [from + i * stepMs, i, 0]);

describe('a curve', () => {
  it('breaks where three intervals passed without a reading, and only there', () => {
    const { at, value } = columns(
      traceOf(
        curve([
          [0, 1, 0],
          [5000, 2, 0],
          [20_000, 3, 0],
          [35_001, 4, 0],
        ]),
        5000,
      ),
    );
    expect(at).toEqual([0, 5000, 20_000, 27_500.5, 35_001]);
    expect(value).toEqual([1, 2, 3, null, 4]);
  });

  it('does not break between points only because it was thinned', () => {
    const thinned = traceOf(curve(every(60_000, 200), 2400), 5000);
    expect(thinned.thinned).toBe(true);
    expect(columns(thinned).value).not.toContain(null);
    const torn = traceOf(curve([...every(60_000, 100), ...every(60_000, 100, 20_000_000)], 2400), 5000);
    expect(columns(torn).value.filter((value) => value === null)).toHaveLength(1);
  });

  it('grows by live readings of its own sensor, each once', () => {
    const grown = append(traceOf(curve(every(5000, 3)), 5000), [
      [1, 15_000, 15_001, 9, 1],
      [2, 15_000, 15_001, 7, 0],
      [1, 10_000, 10_001, 2, 0],
    ]);
    expect(grown.points.map(([at]) => at)).toEqual([0, 5000, 10_000, 15_000]);
    expect(grown.stored).toBe(4);
    expect(columns(grown).doubtful).toEqual([null, null, null, 9]);
  });

  it('puts a late reading where it belongs', () => {
    const grown = append(
      traceOf(
        curve([
          [0, 1, 0],
          [10_000, 3, 0],
        ]),
        5000,
      ),
      [[1, 5000, 60_000, 2, 0]],
    );
    expect(grown.points).toEqual([
      [0, 1, 0],
      [5000, 2, 0],
      [10_000, 3, 0],
    ]);
  });

  it('shows the span asked for and one point before it', () => {
    expect(columns(traceOf(curve(every(5000, 10)), 5000), 22_000).at).toEqual([
      20_000, 25_000, 30_000, 35_000, 40_000, 45_000,
    ]);
    expect(columns(traceOf(curve(every(5000, 2)), 5000), 99_000).at).toHaveLength(1);
    expect(columns(traceOf(curve([]), 5000), 0).at).toEqual([]);
  });

  it('is never out of order, whatever comes in', () => {
    const reading = fc.tuple(
      fc.constant(1),
      fc.nat(50),
      fc.nat(),
      fc.double({ noNaN: true }),
      fc.constantFrom(0 as const, 1 as const),
    );
    fc.assert(
      fc.property(fc.array(fc.array(reading, { maxLength: 8 }), { maxLength: 8 }), (batches) => {
        const trace = batches.reduce((shown, batch) => append(shown, batch), traceOf(curve([]), 5));
        const times = trace.points.map(([at]) => at);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      }),
    );
  });
});

describe('the height of the drawing', () => {
  it('takes in all limits where the data stays readable', () => {
    const [low, high] = valueSpan([338.6, 338.75], [338.7, 338.8, 338.86, 338.89]);
    expect(low).toBeLessThan(338.6);
    expect(high).toBeGreaterThan(338.89);
  });

  it('takes in only the nearest limit where far ones would flatten the data', () => {
    const [, high] = valueSpan([0, 0.1], [0.5, 50, 100]);
    expect(high).toBeGreaterThan(0.5);
    expect(high).toBeLessThan(1);
  });

  it('is never empty', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 })),
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 })),
        (values, limits) => {
          const [low, high] = valueSpan(values, limits);
          expect(high).toBeGreaterThan(low);
          for (const value of values) expect(value >= low && value <= high).toBe(true);
        },
      ),
    );
  });
});

describe('names beside the curve', () => {
  it('are moved apart and keep their order', () => {
    expect(spread([100, 104, 200], 20, 0, 300)).toEqual([100, 120, 200]);
    expect(spread([295, 298], 20, 0, 300)).toEqual([280, 300]);
    expect(spread([50, 10], 20, 0, 300)).toEqual([50, 10]);
  });
});
