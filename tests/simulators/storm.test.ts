import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMO_POND, advance, damLevels, dryPond, pondAt, pondLevel } from '../../simulators/instruments/pond.ts';
import type { PondState } from '../../simulators/instruments/pond.ts';
import { CYCLE, DRY_FIRST, rainIntensity, rainUntil } from '../../simulators/instruments/weather.ts';
import { HOUR, MINUTE } from '../../src/core/time.ts';

const BLUE = 338.7;
const RED = 338.89;
const TYPHOON = { stormMillimetres: 200 };
const DRY = { stormMillimetres: 0 };
const seeds = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** The truth every five minutes of the scenario's own time. */
function trace(weather: typeof TYPHOON, seed: number, untilMs: number): PondState[] {
  let state = dryPond(DEMO_POND);
  const seen: PondState[] = [];
  for (let at = 0; at <= untilMs; at += 5 * MINUTE) seen.push((state = advance(DEMO_POND, weather, seed, state, at)));
  return seen;
}

const levels = (states: readonly PondState[]): number[] => states.map((state) => pondLevel(DEMO_POND, state));
const highest = (of: readonly number[]): number => of.indexOf(Math.max(...of));

describe('the simulated pond', () => {
  it('comes to the same state in one stride or in many', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.integer({ min: 0, max: 40 * MINUTE }), { maxLength: 20 }), (seed, strides) => {
        let state = dryPond(DEMO_POND);
        let at = 0;
        for (const stride of strides) state = advance(DEMO_POND, TYPHOON, seed, state, (at += stride));
        expect(state).toEqual(advance(DEMO_POND, TYPHOON, seed, dryPond(DEMO_POND), at));
      }),
      { numRuns: 15 },
    );
  });

  it('that is taken up in the middle of its weather is the one that was watched from the beginning', () => {
    const watched = (at: number) => advance(DEMO_POND, TYPHOON, 1, dryPond(DEMO_POND), at);
    expect(pondAt(DEMO_POND, TYPHOON, 1, 7 * HOUR)).toEqual(watched(7 * HOUR));
    const [late, whole] = [pondAt(DEMO_POND, TYPHOON, 1, 1_005 * HOUR), watched(1_005 * HOUR)];
    expect(late.at).toBe(whole.at);
    const dam = damLevels(DEMO_POND, late);
    for (const [i, level] of damLevels(DEMO_POND, whole).entries()) expect(dam[i]).toBeCloseTo(level, 2);
  });

  it('passes red in every storm and is back below blue before the next', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const seen = levels(trace(TYPHOON, seed, DRY_FIRST + 3 * CYCLE));
        const [dry, perStorm] = [DRY_FIRST / (5 * MINUTE), CYCLE / (5 * MINUTE)];
        for (let storm = 0; storm < 3; storm++) {
          const own = seen.slice(dry + storm * perStorm, dry + (storm + 1) * perStorm);
          expect(Math.max(...own)).toBeGreaterThan(RED);
          expect(Math.max(...own)).toBeLessThan(339.2);
          expect(own.at(-1)).toBeLessThan(BLUE - 0.1);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('never falls below the sill, never counts negative rain, and counts every millimetre once', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const level of levels(trace(TYPHOON, seed, CYCLE)))
          expect(level).toBeGreaterThanOrEqual(DEMO_POND.baseLevel);
        let [sum, before] = [0, 0];
        for (let at = 0; at < 2 * CYCLE; at += 5 * MINUTE) {
          sum += rainIntensity(TYPHOON, seed, at) / 12;
          const counted = rainUntil(TYPHOON, seed, at + 5 * MINUTE);
          expect(counted).toBeGreaterThanOrEqual(before);
          before = counted;
        }
        expect(before).toBeCloseTo(sum, 6);
        expect(rainIntensity(TYPHOON, seed, 20 * MINUTE)).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  it('lifts the water in the dam after the pond, and farther out later and less', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const storm = trace(TYPHOON, seed, CYCLE);
        const dam = storm.map((state) => damLevels(DEMO_POND, state));
        const rise = (of: readonly number[]) => Math.max(...of) - (of[0] ?? 0);
        for (const section of [0, 1, 2]) {
          const [near = [], middle = [], far = []] = [0, 1, 2].map((point) =>
            dam.map((each) => each[3 * section + point] ?? NaN),
          );
          const chain = [levels(storm), near, middle, far];
          expect(chain.map(highest)).toEqual(chain.map(highest).toSorted((a, b) => a - b));
          expect(highest(near) - highest(levels(storm))).toBeGreaterThan(6);
          expect(rise(middle)).toBeLessThan(rise(near));
          expect(rise(far)).toBeLessThan(rise(middle));
        }
      }),
      { numRuns: 8 },
    );
  });

  it('rises in the dam by more than a longer beach would let it', () => {
    const [beach, wide] = [DEMO_POND, { ...DEMO_POND, beachCrest: DEMO_POND.beachCrest + 100 }].map((pond) => {
      const at = 6 * HOUR;
      return damLevels(pond, pondAt(pond, TYPHOON, 1, at))[0] ?? NaN;
    });
    expect(beach).toBeGreaterThan((wide ?? NaN) + 0.05);
  });

  it('stays at its sill in dry weather', () => {
    for (const state of trace(DRY, 3, CYCLE)) expect(pondLevel(DEMO_POND, state)).toBe(DEMO_POND.baseLevel);
  });
});
