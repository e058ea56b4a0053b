import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseSiteFile } from '../../src/app/site-file.ts';
import { whatItGives } from '../../src/app/what-it-gives.ts';

const { config } = parseSiteFile(readFileSync('config/sites/demo-pond.yaml', 'utf8'), 'demo-pond.yaml');
const given = (raw: Record<string, number>) => whatItGives(config, new Map(Object.entries(raw)));
const of = (outcomes: ReturnType<typeof given>, code: string) => outcomes.find(({ sensor }) => sensor === code);

const WIRE = { 'piezo-1-1-frequency': 2_846, 'piezo-1-1-thermistor': 4_692, 'air-pressure': 96.5 };

it('a raw reading becomes the water level, and that the depth, by the constants of the site', () => {
  const outcomes = given(WIRE);
  const level = of(outcomes, 'piezo-1-1-level')?.value ?? NaN;
  expect(level).toBeGreaterThan(318.05);
  expect(of(outcomes, 'piezo-1-1-depth')?.value).toBeCloseTo(336 - level, 9);
});

it('each limit gives its level, and what is not past it the one before', () => {
  const rule = config.rules.find(({ id }) => id === 'pond-level');
  for (const level of ['blue', 'yellow', 'orange', 'red'] as const) {
    const limit = rule?.limits[level] ?? NaN;
    expect(of(given({ 'pond-level': limit }), 'pond-level')?.levels).toEqual([{ rule: 'pond-level', level }]);
    expect(of(given({ 'pond-level': limit - 0.001 }), 'pond-level')?.levels).not.toEqual([
      { rule: 'pond-level', level },
    ]);
  }
});

it('says what is missing, and what looks back', () => {
  const { 'air-pressure': _air, ...bare } = WIRE;
  expect(of(given(bare), 'piezo-1-1-level')).toMatchObject({ value: null, flags: ['no-barometer'] });
  expect(of(given(bare), 'piezo-1-1-level')?.lacks).toContain('air-pressure');
  expect(of(given({ 'pond-level': 338.2 }), 'pond-rise')).toMatchObject({ value: null, needsPast: true });
  expect(given({ 'gnss-1-status': 4 })).toEqual([]);
});
