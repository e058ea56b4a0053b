import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBack, levelBelow, levelsAbove, limitLeft, reaches } from '../../rules/threshold.ts';
import { POND, mirroredRule } from './rule-log.ts';

const hundredths = fc.integer({ min: -100_000, max: 100_000 });

describe('limits and deadband', () => {
  it.each([
    ['at the limit', 338.89, true],
    ['a hundredth below', 338.88, false],
    ['far above', 1e9, true],
  ])('a level is reached at its limit: %s', (_name, value, expected) => {
    expect(reaches(POND, 'red', value)).toBe(expected);
    expect(reaches(mirroredRule(POND), 'red', -value)).toBe(expected);
  });

  it.each([
    ['exactly the deadband back is not more than it', 338.87, false],
    ['a hundredth more is', 338.86, true],
    ['at the limit', 338.89, false],
  ])(
    'R10 a level is left only more than the deadband back, on the right side in both directions: %s',
    (_name, value, expected) => {
      expect(isBack(POND, 'red', value)).toBe(expected);
      expect(isBack(mirroredRule(POND), 'red', -value)).toBe(expected);
    },
  );

  it('R9 two decimals are compared as on paper, whatever a computer makes of them', () => {
    fc.assert(
      fc.property(hundredths, hundredths, fc.nat(500), (value, limit, deadband) => {
        const rule = { ...POND, limits: { red: limit / 100 }, deadband: deadband / 100 };
        for (const [each, sign] of [
          [rule, 1],
          [mirroredRule(rule), -1],
        ] as const) {
          expect(reaches(each, 'red', (sign * value) / 100)).toBe(value >= limit);
          expect(isBack(each, 'red', (sign * value) / 100)).toBe(limit - value > deadband);
        }
      }),
    );
  });

  it('a computed value a hair short of its limit has reached it: 0.7 - 0.4 is not quite 0.3 to a computer', () => {
    const rule = { ...POND, limits: { red: 0.3 } };
    expect(0.7 - 0.4).toBeLessThan(0.3);
    expect(reaches(rule, 'red', 0.7 - 0.4)).toBe(true);
    expect(reaches(mirroredRule(rule), 'red', 0.4 - 0.7)).toBe(true);
    expect(reaches(rule, 'red', 0.299_999)).toBe(false);
  });

  it('passes over levels without a limit', () => {
    const rule = { ...POND, limits: { yellow: 1, red: 2 } };
    expect(levelsAbove(rule, 'normal')).toEqual(['yellow', 'red']);
    expect(levelsAbove(rule, 'yellow')).toEqual(['red']);
    expect(levelBelow(rule, 'red')).toBe('yellow');
    expect(levelBelow(rule, 'yellow')).toBe('normal');
    expect(reaches(rule, 'orange', 1e9)).toBe(false);
  });

  it('names the nearest limit for a level whose own was taken away', () => {
    const rule = { ...POND, limits: { yellow: 1, red: 2 } };
    expect(limitLeft(rule, 'red')).toBe(2);
    expect(limitLeft(rule, 'orange')).toBe(2);
    expect(limitLeft({ ...rule, limits: { yellow: 1 } }, 'red')).toBe(1);
  });
});
