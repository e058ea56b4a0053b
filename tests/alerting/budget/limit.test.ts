import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitsOfDrill, overLimit } from '../../../alerting/budget/limit.ts';
import type { Limits } from '../../../alerting/budget/limit.ts';
import { HOUR, MINUTE, SECOND, instant, plus } from '../../../src/core/time.ts';
import type { Instant } from '../../../src/core/time.ts';

const NOON = instant(1_782_900_000_000);
const ago = (ms: number): Instant => plus(NOON, -ms);
const limits: Limits = {
  perNumber: [
    { most: 1, withinMs: MINUTE },
    { most: 5, withinMs: HOUR },
    { most: 20, withinMs: 24 * HOUR },
  ],
  keptForRed: 0.4,
};
const uses = (count: number, everyMs: number) => Array.from({ length: count }, (_, i) => ago((i + 1) * everyMs));

describe('a limit per number', () => {
  it('lets one through again when the span is over', () => {
    expect(overLimit(limits, [ago(59 * SECOND)], NOON, true)).toEqual({ most: 1, withinMs: MINUTE });
    expect(overLimit(limits, [ago(60 * SECOND)], NOON, true)).toBeNull();
  });

  it('keeps a share for red: others stop at three of five an hour, red at five', () => {
    expect(overLimit(limits, uses(2, 10 * MINUTE), NOON, false)).toBeNull();
    expect(overLimit(limits, uses(3, 10 * MINUTE), NOON, false)).toEqual({ most: 5, withinMs: HOUR });
    expect(overLimit(limits, uses(4, 10 * MINUTE), NOON, true)).toBeNull();
    expect(overLimit(limits, uses(5, 10 * MINUTE), NOON, true)).toEqual({ most: 5, withinMs: HOUR });
  });

  it('leaves the others one, however much is kept', () => {
    const all: Limits = { ...limits, keptForRed: 1 };
    expect(overLimit(all, [], NOON, false)).toBeNull();
    expect(overLimit(all, [ago(2 * MINUTE)], NOON, false)).toEqual({ most: 20, withinMs: 24 * HOUR });
  });

  it('leaves what is real, and not red, half of it after a drill', () => {
    const drill = limitsOfDrill(limits);
    expect(overLimit(drill, uses(1, 10 * MINUTE), NOON, false)).toBeNull();
    expect(overLimit(drill, uses(2, 10 * MINUTE), NOON, false)).toEqual({ most: 2, withinMs: HOUR });
    expect(overLimit(limits, uses(2, 10 * MINUTE), NOON, false)).toBeNull();
    expect(overLimit(drill, uses(6, 2 * HOUR), NOON, false)).toEqual({ most: 6, withinMs: 24 * HOUR });
  });

  it('E15 decides the same whatever order the uses come in', () => {
    const some = fc.array(fc.integer({ min: -1, max: 30 * HOUR }), { maxLength: 40 });
    const shuffled = some.chain((ages) =>
      fc.tuple(fc.constant(ages), fc.shuffledSubarray(ages, { minLength: ages.length })),
    );
    fc.assert(
      fc.property(
        shuffled,
        fc.boolean(),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        ([ages, mixed], isRed, order) => {
          const inOrder = order.map((i) => limits.perNumber[i]).filter((limit) => limit !== undefined);
          expect(overLimit({ ...limits, perNumber: inOrder }, mixed.map(ago), NOON, isRed)).toEqual(
            overLimit(limits, ages.map(ago), NOON, isRed),
          );
        },
      ),
    );
  });

  it('never lets more through in any span than the limit says', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 * HOUR }), { maxLength: 60 }), fc.boolean(), (gaps, isRed) => {
        let at = NOON;
        const made: Instant[] = [];
        for (const gap of gaps) {
          at = plus(at, gap);
          if (overLimit(limits, made, at, isRed) === null) made.push(at);
        }
        for (const { most, withinMs } of limits.perNumber)
          for (const from of made) {
            const inSpan = made.filter((use) => use >= from && use < from + withinMs).length;
            expect(inSpan).toBeLessThanOrEqual(most);
          }
      }),
    );
  });
});
