import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { telegrams } from '../../simulators/instruments/telegram.ts';
import { SiteConfig } from '../../src/contract/site-config.ts';
import { instant } from '../../src/core/time.ts';

const demo = SiteConfig.parse(
  parse(await readFile(new URL('../../config/sites/demo-pond.yaml', import.meta.url), 'utf8')),
);
const seen = { pondLevel: 338.25, rain: 1.5, damLevels: [320.4, 319.4] };
const at = instant(Date.UTC(2026, 6, 1, 0, 0, 5));

it('every sensor of the demo sends its value and time under its topic', () => {
  expect(telegrams(demo, seen, at)).toEqual(
    Object.entries({ 'pond-level': 338.25, rain: 1.5, 'piezometer-1': 320.4, 'piezometer-2': 319.4 }).map(
      ([code, value]) => ({
        topic: `ponds/demo-pond/${code}`,
        payload: JSON.stringify({ value, observedAt: '2026-07-01T00:00:05.000Z' }),
      }),
    ),
  );
});

it('fields and time are written as the site says', () => {
  const site: SiteConfig = {
    ...demo,
    mqtt: { topic: '{sensor}/up', value: 'd.v', observedAt: 'd.t', time: 'epoch-s' },
  };
  expect(telegrams(site, seen, at)[0]).toEqual({
    topic: 'pond-level/up',
    payload: `{"d":{"v":338.25,"t":${String(at / 1000)}}}`,
  });
});

it('a third piezometer, which the pond does not have, sends nothing', () => {
  const third = demo.sensors
    .filter(({ item }) => item === 'phreatic-level')
    .concat(demo.sensors.filter(({ code }) => code === 'piezometer-1'));
  expect(telegrams({ ...demo, sensors: third }, seen, at)).toHaveLength(2);
});
