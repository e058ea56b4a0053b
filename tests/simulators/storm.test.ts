import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMO_POND, advance, dryPond, measured, truth } from '../../simulators/instruments/pond.ts';
import type { Truth } from '../../simulators/instruments/pond.ts';
import { CYCLE, DRY_FIRST, rainBetween, rainIntensity } from '../../simulators/instruments/storm.ts';
import type { Scenario } from '../../simulators/instruments/storm.ts';
import { MINUTE } from '../../src/core/time.ts';

const BLUE = 338.7;
const RED = 338.89;
const seeds = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** The truth every five minutes of the scenario's own time. */
function trace(scenario: Scenario, seed: number, untilMs: number): Truth[] {
  let state = dryPond(DEMO_POND);
  const seen: Truth[] = [];
  for (let at = 0; at <= untilMs; at += 5 * MINUTE) {
    const since = state.at;
    state = advance(DEMO_POND, scenario, seed, state, at);
    seen.push(truth(DEMO_POND, scenario, seed, since, state));
  }
  return seen;
}

const readings = (scenario: Scenario, seed: number, untilMs: number): Truth[] =>
  trace(scenario, seed, untilMs).map((seen, i) => measured(seed, i, seen));
const highest = (levels: readonly number[]): number => levels.indexOf(Math.max(...levels));

describe('the simulated pond', () => {
  it('gives the same readings for the same seed, and others for another', () => {
    expect(readings('storm', 7, CYCLE)).toEqual(readings('storm', 7, CYCLE));
    expect(readings('storm', 8, CYCLE)).not.toEqual(readings('storm', 7, CYCLE));
  });

  it('comes to the same state in one stride or in many', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.integer({ min: 0, max: 40 * MINUTE }), { maxLength: 20 }), (seed, strides) => {
        let state = dryPond(DEMO_POND);
        let at = 0;
        for (const stride of strides) state = advance(DEMO_POND, 'storm', seed, state, (at += stride));
        expect(state).toEqual(advance(DEMO_POND, 'storm', seed, dryPond(DEMO_POND), at));
      }),
      { numRuns: 30 },
    );
  });

  it('passes red in every storm and is back below blue before the next', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const levels = trace('storm', seed, DRY_FIRST + 3 * CYCLE).map(({ pondLevel }) => pondLevel);
        const [dry, perStorm] = [DRY_FIRST / (5 * MINUTE), CYCLE / (5 * MINUTE)];
        for (let storm = 0; storm < 3; storm++) {
          const own = levels.slice(dry + storm * perStorm, dry + (storm + 1) * perStorm);
          expect(Math.max(...own)).toBeGreaterThan(RED);
          expect(Math.max(...own)).toBeLessThan(339.2);
          expect(own.at(-1)).toBeLessThan(BLUE - 0.1);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('never falls below the sill, never counts negative rain, and counts every millimetre once', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const { pondLevel, rain } of trace('storm', seed, CYCLE)) {
          expect(pondLevel).toBeGreaterThanOrEqual(DEMO_POND.baseLevel);
          expect(rain).toBeGreaterThanOrEqual(0);
        }
        const parts = [...Array(48).keys()].map((i) =>
          rainBetween('storm', seed, i * 7 * MINUTE, (i + 1) * 7 * MINUTE),
        );
        expect(parts.reduce((a, b) => a + b)).toBeCloseTo(rainBetween('storm', seed, 0, 48 * 7 * MINUTE), 9);
        expect(rainIntensity('storm', seed, 30 * MINUTE)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('lifts the water in the dam after the pond, and farther out later and less', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const storm = trace('storm', seed, CYCLE);
        const pond = storm.map(({ pondLevel }) => pondLevel);
        const [near = [], far = []] = DEMO_POND.piezometers.map((_, i) =>
          storm.map(({ damLevels }) => damLevels[i] ?? Number.NaN),
        );
        const rise = (levels: readonly number[]) => Math.max(...levels) - (levels[0] ?? 0);
        expect([highest(pond), highest(near), highest(far)]).toEqual(
          [highest(pond), highest(near), highest(far)].toSorted((a, b) => a - b),
        );
        expect(highest(near) - highest(pond)).toBeGreaterThan(6);
        expect(rise(near)).toBeLessThan(rise(pond));
        expect(rise(far)).toBeLessThan(rise(near));
      }),
      { numRuns: 30 },
    );
  });

  it('stays at its sill in quiet weather, but for the tremble of the instruments', () => {
    for (const { pondLevel, rain } of readings('quiet', 3, CYCLE)) {
      expect(Math.abs(pondLevel - DEMO_POND.baseLevel)).toBeLessThan(0.01);
      expect(rain).toBe(0);
    }
  });
});
