import { expect, it } from 'vitest';
import { LIVES_MS, heldValues } from '../../../simulators/field/held-values.ts';

it('a device holds what it measured last, and is silent before, when it is told so, and when nobody plays any more', () => {
  const held = heldValues();
  expect(held.of('level', 0)).toBeUndefined();
  held.take({ values: { level: 338.2, wire: null }, silent: [] }, 1_000);
  expect([held.of('level', 2_000)?.value, held.of('wire', 2_000)?.value]).toEqual([338.2, null]);
  expect(held.of('level', 1_000 + LIVES_MS)?.atMs).toBe(1_000);
  expect(held.of('level', 1_001 + LIVES_MS)).toBeUndefined();
  held.take({ values: {}, silent: ['level'] }, 3_000);
  expect([held.of('level', 3_000), held.of('wire', 3_000)?.value]).toEqual([undefined, null]);
});
