import { expect, it } from 'vitest';
import { DEMO_POND, advance, dryPond, pondAt } from '../../simulators/instruments/pond.ts';
import { HOUR } from '../../src/core/time.ts';

it('a pond that is taken up in the middle of its weather is the one that was watched from the beginning', () => {
  const watched = (at: number) => advance(DEMO_POND, 'storm', 1, dryPond(DEMO_POND), at);
  expect(pondAt(DEMO_POND, 'storm', 1, 7 * HOUR)).toEqual(watched(7 * HOUR));
  const [late, whole] = [pondAt(DEMO_POND, 'storm', 1, 1_005 * HOUR), watched(1_005 * HOUR)];
  expect(late.at).toBe(whole.at);
  for (const [i, rise] of whole.rises.entries()) expect(late.rises[i]).toBeCloseTo(rise, 2);
});
