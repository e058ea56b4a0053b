import { expect, test } from 'vitest';
import { pointsBehind, pointsOf } from '../../src/contract/site-facts.ts';
import type { SiteConfig } from '../../src/contract/site-config.ts';

type Parts = Pick<SiteConfig, 'sensors' | 'channels'>;

/** Only what the points follow from. */
const PARTS = {
  channels: [{ code: 'hertz' }, { code: 'ohm' }, { code: 'air' }],
  sensors: [
    { code: 'tower' },
    { code: 'air-pressure', point: 'hut', derive: { formula: 'linear', value: 'air' } },
    {
      code: 'well-level',
      point: 'well',
      derive: { formula: 'vibrating-wire', reading: 'hertz', temperature: 'ohm', barometer: 'air-pressure' },
    },
    { code: 'well-rate', point: 'well', derive: { formula: 'rate', value: 'well-level' } },
  ],
} as unknown as Parts;

test('a point is what a sensor names, or the sensor itself; a channel is one too', () => {
  expect([...pointsOf(PARTS)]).toEqual(['tower', 'hut', 'well', 'hertz', 'ohm', 'air']);
});

test.each([
  ['tower', ['tower']],
  ['hertz', ['hertz']],
  ['air-pressure', ['hut', 'air']],
  ['well-rate', ['well', 'hertz', 'ohm', 'hut', 'air']],
  ['unknown', []],
])('behind %s stand its own point and those of all it is derived from', (code, points) => {
  expect(pointsBehind(PARTS, code)).toEqual(points);
});
