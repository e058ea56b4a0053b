import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { median, robustSpread } from '../../ingest/plausible/spike.ts';
import type { Plausibility } from '../../src/core/sensor.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import { every5, plausibilityBench } from './plausibility-bench.ts';
import { NOON, sample } from './sample-of.ts';

/** The flags of each value, joined; `·` for a good one. */
function flagsOf(plausibility: Plausibility, values: readonly (number | null)[]): string {
  const { take, told } = plausibilityBench(plausibility);
  take(every5(...values));
  return told()
    .map((line) => line.split(' ').slice(2, -1).join('+') || '·')
    .join(' ');
}

describe('a value that changes faster than it can', () => {
  /** One metre in each five minutes. */
  const RATE = { perHourMax: 12 };
  it.each<[string, (number | null)[], string]>([
    ['is too fast', [0, 1, 2.1], '· · too-fast'],
    ['may change by as much as it can', [0, 1, 2, 1, 0], '· · · · ·'],
    ['has longer for it after a gap', [0, null, null, 3], '· ·'],
    ['that stays is too fast once', [0, 9, 9, 9], '· too-fast · ·'],
    ['and comes back was too fast, not the return', [0, 9, 0, 0], '· too-fast · ·'],
    ['and back and forth was, each time', [0, 9, 0, 9, 0], '· too-fast · too-fast ·'],
    ['downwards is too fast as well', [9, 0], '· too-fast'],
    ['is no measure for the next where it is out of range', [0, 9999, 0.5], '· out-of-range ·'],
  ])('%s', (_name, values, expected) => {
    expect(flagsOf(RATE, values)).toBe(expected);
  });

  it('is not told of two readings a second apart', () => {
    const { take, told } = plausibilityBench(RATE);
    take([sample(-5, 0), sample(-5 + 1 / 60, 0.9), sample(-5 + 2 / 60, 3)]);
    expect(told().map((line) => line.split(' ')[2])).toEqual([undefined, undefined, 'too-fast']);
  });
});

describe('a spike', () => {
  const SPIKE = { spike: { readings: 5, deviations: 3, floor: 0.5 } };
  const noise = [0, 0.2, -0.2, 0.1];
  it.each<[string, (number | null)[], string]>([
    ['is far from the median of its neighbours', [...noise, 9, 0.1], '· · · · spike ·'],
    ['of a constant value must be above the floor', [0, 0, 0, 0, 0.5, 0.6], '· · · · · spike'],
    ['is not told before the window is whole', [0, 0, 0, 9], '· · · ·'],
    ['that lasts is none when it is the majority', [...noise, 9, 9, 9, 9], '· · · · spike spike · ·'],
    ['is not told of values from before a gap', [...noise, null, null, null, 9], '· · · · ·'],
    ['is told again when the window after the gap is whole', [0, null, null, null, 9, 9, 9, 9, 0], '· · · · · spike'],
    ['a steady rise is none', [0, 10, 20, 30, 40, 50, 60], '· · · · · · ·'],
  ])('%s', (_name, values, expected) => {
    expect(flagsOf(SPIKE, values)).toBe(expected);
  });

  test('1 3 3 6 8 10 10 1000: median 7, 1.4826 · MAD 5.1891, 1000 beyond three of it (Leys et al. 2013)', () => {
    const values = [1, 3, 3, 6, 8, 10, 10, 1000];
    const { centre, deviation } = robustSpread(values);
    expect([centre, deviation]).toEqual([7, expect.closeTo(5.1891, 4)]);
    expect(flagsOf({ spike: { readings: 8, deviations: 3, floor: 0.1 } }, values)).toMatch(/spike$/);
    expect(flagsOf({ spike: { readings: 8, deviations: 3, floor: 0.1 } }, [...values.slice(0, 7), 20])).not.toMatch(
      /spike/,
    );
  });

  test('1 1 2 2 4 6 9: median 2, MAD 1 (the textbook series)', () => {
    expect(robustSpread([1, 1, 2, 2, 4, 6, 9])).toEqual({ centre: 2, deviation: 1.4826 });
  });

  test('the median of an even number is between the two in the middle, of none it is none', () => {
    expect([median([4, 1, 3, 2]), median([])]).toEqual([2.5, NaN]);
  });
});

describe('a step after a gap', () => {
  const STEP = { stepAfterGap: 1 };
  it.each<[string, (number | null)[], string]>([
    ['is told where nobody saw it come', [0, null, null, null, 1.1], '· step-after-gap'],
    ['may be as large as it can', [0, null, null, null, 1], '· ·'],
    ['three intervals are no gap', [0, null, null, 9], '· ·'],
    ['that lasts is told once', [0, null, null, null, 9, 9], '· step-after-gap ·'],
    ['over a second gap it is believed', [0, null, null, null, 9, null, null, null, 9], '· step-after-gap ·'],
    ['the return from one is none', [0, null, null, null, 9, null, null, null, 0], '· step-after-gap ·'],
  ])('%s', (_name, values, expected) => {
    expect(flagsOf(STEP, values)).toBe(expected);
  });
});

describe('a value that does not change any more', () => {
  const STUCK = { stuck: { readings: 4, resolution: 0.1 } };
  const alive = Array.from({ length: 12 }, (_, i) => 5 + (i % 2) * 0.3 + (i % 3) * 0.2);
  const after = (...values: number[]) =>
    flagsOf(STUCK, [...alive, ...values])
      .split(' ')
      .slice(alive.length)
      .join(' ');
  const at5 = (n: number) => Array.from({ length: n }, () => 5);

  it('A7 of an instrument that trembled is stuck, though each has a fresh time, until it moves', () => {
    expect(after(7, 7, 7, 7, 7, 7.1, 7.3, 7.2)).toBe('· · · stuck stuck stuck · ·');
  });

  it('A7 stays stuck however long: also when nothing else is remembered', () => {
    expect(after(...at5(60)).split(' ')).toEqual([...Array<string>(3).fill('·'), ...Array<string>(57).fill('stuck')]);
  });

  it('is not told of a sensor that never trembled', () => {
    expect(flagsOf(STUCK, at5(60))).not.toContain('stuck');
  });

  it('is not told of one whose changes lie below its resolution, with a step now and then', () => {
    const slow = Array.from({ length: 120 }, (_, i) => 5 + 0.05 * (i % 2) + Math.floor(i / 20));
    expect(flagsOf(STUCK, slow)).not.toContain('stuck');
  });

  it('moves though it creeps: what counts is from the first of them to the last', () => {
    expect(after(...Array.from({ length: 20 }, (_, i) => 6 + i * 0.05))).not.toContain('stuck');
  });

  it('takes a change of just the resolution for none', () => {
    expect(after(338.1, 338.2, 338.1, 338.2)).toBe('· · · stuck');
  });

  it('may rest where it is idle: no rain, a dry tip', () => {
    const idle = { stuck: { readings: 4, resolution: 0, idleAt: 0 } };
    const rain = [...alive, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2];
    expect(flagsOf(idle, rain).split(' ').slice(12).join(' ')).toBe('· · · · · · · · · · · ·');
    expect(flagsOf(idle, [...alive, 2, 2, 2, 2])).toMatch(/stuck$/);
  });
});

describe('what is remembered', () => {
  const ALL: Plausibility = {
    perHourMax: 12,
    spike: { readings: 7, deviations: 4, floor: 3 },
    stepAfterGap: 5,
    stuck: { readings: 4, resolution: 0.2, idleAt: 0 },
  };
  const work = [{ from: instant(NOON - 120 * MINUTE), until: instant(NOON - 90 * MINUTE) }];
  const step = fc.record({
    gap: fc.constantFrom(1, 1, 1, 1, 2, 5),
    value: fc.constantFrom(0, 0.1, 0.5, 1, 4, 9, 9.5, 5000),
    fault: fc.option(fc.constantFrom('ahead', 'reset', 'conflict'), { freq: 6 }),
    rests: fc.nat(6),
  });
  const traceOf = (steps: readonly { gap: number; value: number; fault: string | null; rests: number }[]) => {
    const length = steps.reduce((sum, { gap, rests }) => sum + gap + rests, 0);
    let interval = -length;
    return steps.flatMap(({ gap, value, fault, rests }, i) => {
      interval += gap;
      const first = sample(interval * 5, value);
      const resting = Array.from({ length: rests }, () => sample((interval += 1) * 5, value));
      if (fault === 'ahead') return [first, ...resting, sample(600 + i, value)];
      if (fault === 'reset') return [first, ...resting, sample(0, value, { observedAt: instant(i) })];
      return fault === 'conflict' ? [first, { ...first, value: value + 1 }, ...resting] : [first, ...resting];
    });
  };
  const trace = fc.array(step, { minLength: 1, maxLength: 40 }).map(traceOf);
  const played = (play: (bench: ReturnType<typeof plausibilityBench>) => void) => {
    const bench = plausibilityBench(ALL, work);
    play(bench);
    expect(bench.remembered()).toBeLessThanOrEqual(15);
    return bench.told().toSorted();
  };

  it('R2 gives the same flags live, in one burst, split, doubled, and with a start after each', () => {
    fc.assert(
      fc.property(trace, fc.array(fc.nat(9), { minLength: 1 }), (samples, cuts) => {
        const live = played(({ take }) => {
          for (const each of samples) take([each]);
        });
        const arrivals: Parameters<typeof played>[0][] = [
          ({ take }) => {
            take(samples);
          },
          ({ take, restart }) => {
            for (const each of samples) {
              take([each]);
              restart();
            }
          },
          ({ take, restart }) => {
            for (let i = 0, k = 0; i < samples.length; k += 1) {
              const end = i + 1 + (cuts[k % cuts.length] ?? 0);
              take(samples.slice(Math.max(0, i - 3), end));
              if (k % 3 === 0) restart();
              i = end;
            }
          },
          ({ take }) => {
            take(samples);
            take(samples);
          },
        ];
        for (const play of arrivals) expect(played(play)).toEqual(live);
      }),
      { numRuns: 60 },
    );
  });

  it('R6 is the same after a start also where readings came late', () => {
    fc.assert(
      fc.property(trace, fc.array(fc.nat(), { minLength: 1 }), (samples, places) => {
        const mixed = samples
          .map((each, i) => ({ each, at: i + ((places[i % places.length] ?? 0) % 4) }))
          .toSorted((a, b) => a.at - b.at);
        const play = (starts: boolean) =>
          played(({ take, restart }) => {
            for (const { each } of mixed) {
              take([each]);
              if (starts) restart();
            }
          });
        expect(play(true)).toEqual(play(false));
      }),
    );
  });

  const JUMPS: Plausibility = { ...ALL, stuck: undefined };
  const quiet = fc.array(fc.double({ min: 0.3, max: 1.2, noNaN: true }), { minLength: 20, maxLength: 20 });
  const large = fc.double({ min: 12, max: 900, noNaN: true });

  it('a change that lasts is doubted at first and good again within the window, up or down', () => {
    fc.assert(
      fc.property(quiet, large, fc.boolean(), (noise, height, up) => {
        const { take, doubtful } = plausibilityBench(JUMPS);
        take(every5(...noise.map((value, i) => (i < 10 ? value : up ? value + height : value - height))));
        const from = doubtful().slice(10);
        expect(from[0]).toBe(true);
        expect(from.slice(3)).not.toContain(true);
      }),
    );
  });

  it('a lone spike is the only one that is doubted', () => {
    fc.assert(
      fc.property(quiet, large, fc.integer({ min: 7, max: 19 }), (noise, height, place) => {
        const { take, doubtful } = plausibilityBench(JUMPS);
        take(every5(...noise.map((value, i) => (i === place ? value + height : value))));
        expect(doubtful().flatMap((isDoubtful, i) => (isDoubtful ? [i] : []))).toEqual([place]);
      }),
    );
  });
});
